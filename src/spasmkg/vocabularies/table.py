"""Any table of identifiers and names: CSV or tab separated, its columns told by the usual names for them.

The layout of lists that projects publish, of spreadsheets, of BioPortal's CSV and of the open DrugBank vocabulary. Where
the identifiers are bare the column may be called after the vocabulary (``mesh_id``), or ``--as`` names it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from spasmkg.errors import DataSyntaxError, IdentifierError
from spasmkg.identifiers import normal, preferred_prefix
from spasmkg.vocabularies.mesh import BRANCHES
from spasmkg.vocabularies.rows import Names, quoted, sound, term
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["choose", "fits", "prefix", "read"]

UNIT = "rows"
_ALIASES = {
    "id": "id|term id|class id|identifier|code|curie|iri|uri|cls|class|concept id|concept code|source id|subject id",
    "label": "label|name|preferred label|preferred name|pref label|term label|term name|class label|common name|title|"
    "concept name|source value|source text|subject label",
    "exact": "synonym|synonyms|exact synonym|exact synonyms|alternative name|alternative names|alias|aliases|alt label|"
    "alt labels|layperson|lay synonym|lay synonyms",
    "broad": "broad synonym|broad synonyms",
    "narrow": "narrow synonym|narrow synonyms|inclusion term|inclusion terms",
    "related": "related synonym|related synonyms",
    "definition": "definition|definitions|def",
    "parent": "parent|parents|parent id|parent ids|is a|subclassof|sub class of|broader|superclass",
    "xref": "xref|xrefs|dbxref|dbxrefs|cross reference|cross references",
    "kind": "type|kind|category|semantic type|semantic types|semantic tag",
    "obsolete": "obsolete|deprecated|is obsolete",
    "replaced_by": "replaced by|replacement|term replaced by",
    "leaf": "is leaf",
    "tree": "tree number|tree numbers|mesh tree number",
    "predicate": "predicate|predicate id",
}
_PREDICATES = {
    "rdfs:label": "label", "iao:0000115": "definition", "oboinowl:hasexactsynonym": "exact",
    "oboinowl:hasbroadsynonym": "broad", "oboinowl:hasnarrowsynonym": "narrow", "oboinowl:hasrelatedsynonym": "related",
}  # fmt: skip
_CALLED = frozenset((
    "atc", "cas", "casrn", "chebi", "cui", "doid", "drugbank", "hpo", "icd10cm", "loinc", "mesh", "mondo", "ncit", "omim",
    "pubchem", "rxcui", "rxnorm", "snomed", "snomedct", "umls", "unii",
))  # fmt: skip
"""Vocabularies that a column may be called after without saying that it holds identifiers."""
_SUFFIX = re.compile(r" (?:ids?|codes?|cuis?|cids?|numbers?)$")
_QUOTED = re.compile(r'"(.*)"(?:@[\w-]+|\^\^\S+)?', re.DOTALL)
_MISSING = frozenset(("", "NA", "N/A", "null", "NULL", "None", "nan"))
_TRUE = frozenset(("true", "1", "yes", "y", "t"))


class _Layout(NamedTuple):
    """What the columns of a table are: the column of each part, the outside vocabulary of each other column."""

    separator: str
    width: int
    parts: dict[str, int]
    others: tuple[tuple[int, str], ...]
    prefix: str
    """The vocabulary that the column of identifiers is called after; empty where it is not."""


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-]+", " ", name.strip().strip('?"').strip().lower())


def _vocabulary(name: str) -> str:
    """The vocabulary that a column is called after, such as ``chebi id`` or ``unii``; empty where it is after none."""
    stem = _SUFFIX.sub("", name)
    return preferred_prefix(stem) if stem and (stem != name or stem in _CALLED) else ""


@cache
def _layout(line: str) -> _Layout | None:
    """The layout that a line of column names tells; None where it names no identifiers, or nothing about them."""
    separator = max("\t,;|", key=line.count)
    names = [_plain(name) for name in line.split(separator)]
    parts: dict[str, int] = {}
    for part, aliases in _ALIASES.items():
        places = [names.index(alias) for alias in aliases.split("|") if alias in names]
        if places:
            parts[part] = places[0]
    known = {i: found for i, name in enumerate(names) if (found := _vocabulary(name))}
    named = ""
    if "id" not in parts:
        places = [i for i in known if names[i].endswith(" id")]
        if not places and "term" not in names:
            return None
        parts["id"] = places[0] if places else names.index("term")
        named = known.pop(parts["id"], "")
    if "label" not in parts:
        stem = _SUFFIX.sub("", names[parts["id"]])
        label = next((n for n in (f"{stem} name", f"{stem} label", "term", "description") if n in names), "")
        if label and names.index(label) != parts["id"]:
            parts["label"] = names.index(label)
    if "definition" not in parts and "description" in names and parts.get("label") != names.index("description"):
        parts["definition"] = names.index("description")
    others = tuple((i, found) for i, found in known.items() if i not in parts.values())
    if ("label" not in parts and not others) or "object id" in names or "object" in names or len(names) < 2:
        return None
    return _Layout(separator, len(names), parts, others, named)


def _first(head: bytes) -> str:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return head[: len(head) // 2 * 2].decode(encoding, "replace").split("\n", 1)[0].rstrip("\r")


def fits(source: Source, head: bytes) -> bool:
    """Whether the line of column names tells which column holds identifiers, and names or cross-references."""
    return source.stem.endswith((".csv", ".tsv", ".txt", ".tab")) and _layout(_first(head)) is not None


def choose(sources: Sequence[Source]) -> list[Source]:
    """The tables, those with names first. Raises DataSyntaxError where none has names, or they are of several vocabularies."""
    ordered = sorted(sources, key=lambda s: "label" not in _of(s).parts)
    if "label" not in _of(ordered[0]).parts:
        raise DataSyntaxError(
            f"no column of names; its columns are {', '.join(_first(ordered[0].head()).split(_of(ordered[0]).separator))}",
            ordered[0].name,
        )
    prefixes = {s.name: prefix([s]) for s in ordered} if len(ordered) > 1 else {}
    if len(set(prefixes.values())) > 1:
        said = "; ".join(f"{name}: {found or 'does not say'}" for name, found in list(prefixes.items())[:6])
        raise DataSyntaxError(f"tables of several vocabularies ({said}); name the files of one", ordered[0].name)
    return ordered


def _of(source: Source) -> _Layout:
    found = _layout(_first(source.head()))
    if found is None:
        raise DataSyntaxError("no column of identifiers", source.name, 1)
    return found


def prefix(sources: Sequence[Source]) -> str:
    """The vocabulary that most identifiers of the first table are of; empty where they do not say."""
    layout = _of(sources[0])
    if layout.prefix:
        return layout.prefix
    seen: Counter[str] = Counter()
    for _, fields in islice(quoted(sources[0], Ledger(), layout.separator), 1, 300):
        try:
            seen[normal(_clean(fields[layout.parts["id"]])).partition(":")[0]] += 1
        except IdentifierError:
            continue
    return next((name for name, _ in seen.most_common(1) if preferred_prefix(name)), "")


def _clean(value: str) -> str:
    """A value without the marks that SPARQL results and spreadsheets put around it."""
    value = value.strip()
    if value.startswith("<") and value.endswith(">"):
        return value[1:-1]
    if value.startswith('"') and (found := _QUOTED.fullmatch(value)):
        return found[1].replace('\\"', '"').replace('""', '"').strip()
    return value


def _names(value: str) -> list[str]:
    """The names in a field that may hold several."""
    parts = value.split("|" if "|" in value else ";")
    return [text for part in parts if (text := part.strip()) not in _MISSING]


def _identifiers(value: str) -> list[str]:
    """The identifiers in a field that may hold several."""
    return [part for part in re.split(r"[\s|;,]+", value) if part not in _MISSING]


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of tables of one vocabulary."""
    reader = _Reader(ledger, default)
    for source in sources:
        layout = _of(source)
        if date := re.search(r"(?:19|20)\d\d-\d\d-\d\d", source.stem):
            release.version = release.version or date[0]
        yield from reader.read(source, layout)
    yield from reader.parents()


class _Reader:
    """Reads tables of one vocabulary, and finds parents that are given by name or tree number at the end."""

    def __init__(self, ledger: Ledger, default: str) -> None:
        self.ledger, self.default = ledger, default
        self._names = Names()
        self._tree: dict[str, str] = {}
        self._by_name: dict[int, str] = {}
        self._named: list[tuple[str, str, int, str]] = []

    def read(self, source: Source, layout: _Layout) -> Iterator[Statement]:
        """The statements of the rows of one table."""
        ledger, default, name = self.ledger, self.default, source.name
        at = layout.parts
        place, label_at, kind_at = at["id"], at.get("label", -1), at.get("predicate", -1)
        lists = [(part, at[part]) for part in ("exact", "broad", "narrow", "related") if part in at]
        links = [("replaced_by", at["replaced_by"], default)] if "replaced_by" in at else []
        links += [("xref", at["xref"], "")] if "xref" in at else []
        links += [("xref", i, known) for i, known in layout.others]
        marks = [
            (part, at[part]) for part in ("definition", "kind", "obsolete", "leaf", "tree", "parent") if part in at
        ]
        rows = quoted(source, ledger, layout.separator)
        next(rows, None)
        for number, fields in rows:
            identifier = term(_clean(fields[place]), default, ledger, number, name)
            if not identifier:
                continue
            label, scope = _clean(fields[label_at]) if label_at >= 0 else "", "label"
            if kind_at >= 0 and not (scope := _PREDICATES.get(_clean(fields[kind_at]).lower(), "")):
                ledger.skip("not taken up: predicate", number, name)
                continue
            if label_at >= 0 and label != "NA" and label in _MISSING:
                ledger.skip("no name", number, name)
                continue
            ledger.keep()
            if label:
                field = self._names.field(identifier, label) if scope == "label" else scope
                if field:
                    yield Statement(identifier, field, label)
                if marks and field == "label":
                    self._by_name.setdefault(hash(label.casefold()), identifier)
            for scope, i in lists:
                yield from (Statement(identifier, scope, t) for t in _names(_clean(fields[i])) if t != label)
            for part, i, known in links:
                if (text := _clean(fields[i])) not in _MISSING:
                    for other in ledger.identifiers(_identifiers(text), number, name, known):
                        yield Statement(identifier, part, other)
            for part, i in marks:
                if (text := _clean(fields[i])) not in _MISSING:
                    yield from self._marked(identifier, part, text, number, name)

    def _marked(self, identifier: str, part: str, text: str, number: int, name: str) -> Iterator[Statement]:
        if part == "definition":
            yield Statement(identifier, "definition", text)
        elif part == "kind":
            for kind in _names(text):
                yield Statement(identifier, "kind", kind.rpartition("/")[2] if "://" in kind else kind)
        elif part == "obsolete" and text.lower() in _TRUE:
            yield Statement(identifier, "obsolete", "true")
        elif part == "leaf" and text.lower() in ("0", "false"):
            yield Statement(identifier, "header", "true")
        elif part == "tree":
            self._tree[text] = identifier
            if identifier.startswith("mesh:") and text[0] in BRANCHES:
                yield Statement(identifier, "kind", BRANCHES[text[0]])
                yield Statement(identifier, "kind", text)
        elif part == "parent":
            for one in re.split(r"\s*[|;]\s*", text):
                try:
                    yield Statement(identifier, "parent", sound(one, self.default))
                except IdentifierError as error:
                    if " " in one or error.reason != "unknown prefix":
                        self._named.append((identifier, one, number, name))
                    else:
                        self.ledger.warn(f"reference left out: {error.reason}", number, name)

    def parents(self) -> Iterator[Statement]:
        """Parents by tree number and by name, once every row has been read."""
        for number, identifier in self._tree.items():
            above = self._tree.get(number.rpartition(".")[0], "")
            if above and above != identifier:
                yield Statement(identifier, "parent", above)
        for identifier, text, line, name in self._named:
            found = self._by_name.get(hash(text.casefold()), "")
            if found and found != identifier:
                yield Statement(identifier, "parent", found)
            elif not found:
                self.ledger.warn("parent left out: no identifier, and no name in this table", line, name)
