"""OBO files (https://owlcollab.github.io/oboformat/doc/GO.format.obo-1_4.html): every stanza that can be read is.

Published files break the format's rules, so a bad line is reported and skipped, never the whole file. A record is a
line that says something: blank lines and comments are not counted, and a line continued on others counts once.

Terms and relations are read; a relation has the address that its own stanza refers to, or one made as the format
says. The file is gone through twice, because the stanzas of relations come last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spasmkg import namespaces as ns
from spasmkg.errors import IdentifierError
from spasmkg.identifiers import normal
from spasmkg.vocabularies.ontologies import MATCHES, as_reference, describe, of_ontology, release_of, whose
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["fits", "prefix", "read"]

UNIT = "lines"
_OBO = "http://purl.obolibrary.org/obo/"
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ENDING = re.compile(r"(?<!\\)\{(?:[^{}\"\\]|\\.|\"(?:[^\"\\]|\\.)*\")*\}\s*$")
_COMMENT = re.compile(r"(?:^|\s)!(?:\s.*)?$")
_UNLISTED = re.compile(r"[A-Za-z][\w.-]*:(?!//)[^\s<>\"{}|^`\\:()]+")
_SCOPES = {"EXACT": "exact", "BROAD": "broad", "NARROW": "narrow", "RELATED": "related"}
_ESCAPES = {"n": "\n", "t": "\t", "W": " "}
_TAGS = frozenset((
    "name", "def", "synonym", "exact_synonym", "broad_synonym", "narrow_synonym", "related_synonym", "is_obsolete",
    "xref", "xref_analog", "is_a", "replaced_by", "consider", "alt_id", "equivalent_to", "relationship", "namespace",
    "property_value",
))  # fmt: skip
_ONE_OF_A_TERM = ("name", "def", "namespace")
_REFERENCES = {"IAO:0100001": "replaced_by", "oboInOwl:consider": ns.OBOINOWL + "consider"}
_RELATIONS = {"part_of": "BFO:0000050", "has_part": "BFO:0000051"}
_HEADER = {"title": ns.DCTERMS + "title", "license": ns.DCTERMS + "license"}


def fits(source: Source, head: bytes) -> bool:
    """Whether a file looks like OBO: its name, or a version line or a stanza near the start."""
    return source.stem.endswith(".obo") or head.startswith(b"format-version:") or b"\n[Term]\nid:" in head


def prefix(sources: Sequence[Source]) -> str:
    """The vocabulary that the header names, or that most terms near the start are of."""
    ontology, identifiers = "", []
    for number, line in _logical(sources[0]):
        if line and line.startswith("ontology:"):
            ontology = line[9:].strip()
            if of_ontology(ontology):
                break
        if line and line.startswith("id: "):
            identifiers.append(line[4:])
        if number > 100_000:
            break
    return whose(ontology, identifiers)


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of OBO files; ``default`` is the prefix of identifiers without one."""
    for source in sources:
        yield from _File(source, ledger, release, default).statements()


def _logical(source: Source) -> Iterator[tuple[int, str | None]]:
    """(number, line) of each line that says something, joined with those that it is continued on."""
    begun, first = "", 0
    for number, line in source.lines():
        if line is None:
            yield number, None
            continue
        line = (begun + line).strip()
        if line.endswith("\\") and not line.endswith("\\\\"):
            begun, first = line[:-1], first or number
            continue
        if line and not line.startswith("!"):
            yield first or number, line
        begun, first = "", 0
    if begun:
        yield first, begun


class _File:
    """One file while it is read."""

    def __init__(self, source: Source, ledger: Ledger, release: Release, default: str) -> None:
        self.source, self.ledger, self.release, self.default = source, ledger, release, default
        self.ontology, self.relations = _relations(source, release)

    def statements(self) -> Iterator[Statement]:
        """What the lines say, each line counted."""
        ledger, name = self.ledger, self.source.name
        stanza, term, said = "header", "", set[str]()
        for number, line in _logical(self.source):
            if line is None:
                ledger.skip("not UTF-8", number, name)
                continue
            if line.startswith("["):
                stanza, term, said = line.strip("[]"), "", set()
                ledger.keep()
                continue
            tag, colon, value = line.partition(":")
            value = value.strip()
            if not colon:
                ledger.skip("no tag", number, name)
            elif stanza == "header":
                self._header(tag, value)
                ledger.keep()
            elif stanza not in ("Term", "Typedef"):
                ledger.skip(f"in a stanza of {'instances' if stanza == 'Instance' else 'a strange kind'}", number, name)
            elif tag == "id":
                term, problem = self._term(value, stanza)
                if problem:
                    ledger.skip(f"term left out: {problem}", number, name)
                else:
                    ledger.keep()
                    if stanza == "Typedef":
                        yield Statement(term, ns.RDF_TYPE, ns.OWL + "ObjectProperty", link=True)
            elif not term:
                ledger.skip("of a term that was left out", number, name)
            elif tag not in _TAGS:
                ledger.skip(f"not taken up: {tag if len(tag) < 30 else 'a strange tag'}", number, name)
            elif tag in _ONE_OF_A_TERM and tag in said:
                ledger.skip(f"a second {tag} of a term", number, name)
            else:
                said.add(tag)
                found, problem = self._statements(term, stanza, tag, value)
                yield from found
                if problem and found:
                    ledger.warn(problem, number, name)
                if found or not problem:
                    ledger.keep()
                else:
                    ledger.skip(problem, number, name)

    def _header(self, tag: str, value: str) -> None:
        release = self.release
        if tag == "data-version" or (tag == "date" and not release.version):
            release.version = release_of(value)
        elif tag == "ontology" and not release.title:
            release.title = value
        elif tag == "property_value":
            name, _, rest = value.partition(" ")
            quoted = _QUOTED.match(rest)
            text = _unescaped(quoted[1]) if quoted else _bare(rest)
            local = re.split(r"[:/#]", name)[-1]
            describe(release, [(_HEADER.get(local, name), text)])

    def _term(self, value: str, stanza: str) -> tuple[str, str]:
        """The identifier of a stanza, and what is wrong with it."""
        bare = _bare(value)
        if stanza == "Typedef":
            found = self._relation(bare)
            return found, "" if found else "no identifier"
        return self._identifier(bare, self.default)

    def _identifier(self, text: str, default: str = "") -> tuple[str, str]:
        """An identifier in normal form; a prefix that nobody lists gets the address that the format prescribes."""
        try:
            return normal(text, default, self.release.prefixes), ""
        except IdentifierError as error:
            prefix, _, local = text.partition(":")
            if error.reason != "unknown prefix" or not _UNLISTED.fullmatch(text):
                return "", error.reason
            self.release.prefixes[prefix] = f"{_OBO}{prefix}_"
            return f"{prefix}:{local}", ""

    def _relation(self, name: str) -> str:
        """The identifier of a relation: that of its stanza, or the address that the format prescribes."""
        if known := self.relations.get(name):
            return known
        try:
            return normal(name, "", self.release.prefixes)
        except IdentifierError:
            made = f"{_OBO}{self.ontology or 'unknown'}#{name}"
            return made if ns.is_iri(made) else ""

    def _statements(self, term: str, stanza: str, tag: str, value: str) -> tuple[list[Statement], str]:
        """What a line says of a term, and what of it cannot be read."""
        quoted = _QUOTED.match(value)
        if tag == "name":
            text = _unescaped(_ending_off(value))
            return ([Statement(term, "label", text)], "") if text else ([], "no name in the line")
        if tag == "def":
            return ([Statement(term, "definition", _unescaped(quoted[1]))], "") if quoted else ([], "cannot be read")
        if "synonym" in tag:
            if not quoted or not quoted[1].strip():
                return [], "cannot be read"
            words = value[quoted.end() :].split("[")[0].split()
            scope = (words[0] if words else "") if tag == "synonym" else tag.partition("_")[0].upper()
            return [Statement(term, _SCOPES.get(scope, "related"), _unescaped(quoted[1]))], ""
        if tag == "is_obsolete":
            return ([Statement(term, "obsolete", "true")] if _bare(value).lower() == "true" else []), ""
        if tag == "namespace":
            return [Statement(term, ns.OBOINOWL + "hasOBONamespace", _bare(value))], ""
        if tag in ("xref", "xref_analog"):
            return self._reference(term, _bare(value))
        if tag in ("relationship", "property_value"):
            return self._related(term, value, tag)
        return self._tied(term, stanza, tag, _bare(value))

    def _reference(self, term: str, text: str) -> tuple[list[Statement], str]:
        found, problem = as_reference(text, self.release.prefixes)
        return ([Statement(term, "xref", found)] if found else []), problem and f"reference left out: {problem}"

    def _tied(self, term: str, stanza: str, tag: str, other: str) -> tuple[list[Statement], str]:
        """A line that leads to another term."""
        if tag == "is_a" and stanza == "Typedef":
            found = self._relation(other)
            made = [Statement(term, ns.RDFS + "subPropertyOf", found, link=True)]
            return (made, "") if found else ([], "cannot be read")
        found, problem = self._identifier(other)
        if problem:
            return [], f"reference left out: {problem}"
        if tag == "alt_id":
            return [Statement(found, "obsolete", "true"), Statement(found, "replaced_by", term)], ""
        if tag == "equivalent_to":
            return [Statement(term, "xref", found), Statement(term, MATCHES[0], found, link=True)], ""
        if tag == "consider":
            return [Statement(term, ns.OBOINOWL + "consider", found, link=True)], ""
        return [Statement(term, "parent" if tag == "is_a" else "replaced_by", found)], ""

    def _related(self, term: str, value: str, tag: str) -> tuple[list[Statement], str]:
        """A relation to another term; one that holds for some only, and a value that is a text, are not taken up."""
        if "{" in value and re.search(r"\bgci_(?:relation|filler)=", value):
            return [], "not taken up: relation that holds in part"
        name, _, rest = value.partition(" ")
        other = _bare(rest.strip()).strip('"')
        if tag == "property_value":
            relation = _REFERENCES.get(name.replace("_", ":").rsplit("/", 1)[-1], "")
            local = re.split(r"[:/#]", name)[-1]
            if local.endswith("Match") and ns.SKOS + local in MATCHES:
                relation = ns.SKOS + local
            if not relation:
                return [], "not taken up: property_value"
        else:
            relation = self._relation(name)
        found, problem = self._identifier(other)
        if problem:
            return [], f"reference left out: {problem}"
        if relation == "replaced_by":
            return [Statement(term, relation, found)], ""
        made = [Statement(term, relation, found, link=True)]
        return ([*made, Statement(term, "xref", found)] if relation == MATCHES[0] else made), ""


def _relations(source: Source, release: Release) -> tuple[str, dict[str, str]]:
    """The name of the ontology and the identifiers of its relations by their short names; prefixes are noted."""
    known, stanza, name, ontology = dict(_RELATIONS), "header", "", ""
    for _, line in source.lines():
        if not line:
            continue
        if line[0] == "[":
            stanza = line.strip("[] ")
        elif stanza == "Typedef":
            if line.startswith("id:"):
                name = _bare(line[3:].strip())
            elif line.startswith("xref:") and ":" not in name:
                found = _bare(line[5:].strip())
                if re.fullmatch(r"(?:RO|BFO):\d{7}", found):
                    known[name] = found
        elif stanza == "header":
            if line.startswith("ontology:"):
                ontology = _bare(line[9:].strip())
            elif line.startswith("idspace:"):
                parts = line[8:].split()
                if len(parts) > 1 and ns.is_iri(parts[1]):
                    release.prefixes[parts[0]] = parts[1]
    sound = {}
    for short, text in known.items():
        try:
            sound[short] = normal(text, "", release.prefixes)
        except IdentifierError:
            continue
    return ontology, sound


def _ending_off(value: str) -> str:
    """A value without comment and qualifiers at its end."""
    if "!" in value:
        value = _COMMENT.sub("", value)
    return _ENDING.sub("", value).rstrip() if "{" in value else value


def _bare(value: str) -> str:
    """An identifier without trailing comment, description or qualifiers."""
    parts = value.split(None, 1)
    found = parts[0] if parts else ""
    return re.sub(r"\\(.)", r"\1", found) if "\\" in found else found


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), text, flags=re.DOTALL) if "\\" in text else text
