"""SSSOM/TSV mapping sets as graphs of their own, for the linker and for looking across vocabularies.

A record is a row. A row ties its two terms by its predicate, and an exact one also by a cross-reference, which is
where the other graphs have it too. A row that denies a mapping ties nothing: its object is what the subject must not
be taken for. Each row is a node besides, of the class and with the properties that SSSOM's RDF form has, so that its
justification and confidence can be asked for as those of the project's own mappings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spasmkg import namespaces as ns
from spasmkg.errors import IdentifierError
from spasmkg.identifiers import normal, preferred_prefix
from spasmkg.sssom import NO_TERM, Header, Row
from spasmkg.sssom import read as read_rows
from spasmkg.vocabularies.ontologies import MATCHES, release_of
from spasmkg.vocabularies.rdf import text_of
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement
from spasmkg.vocabularies.triples import PREDICATES

__all__ = ["fits", "prefix", "read"]

UNIT = "rows"
_SSSOM = "https://w3id.org/sssom/"
_AXIOM = ns.OWL + "Axiom"
_ENDS = tuple(ns.OWL + name for name in ("annotatedSource", "annotatedProperty", "annotatedTarget"))
_SAME = (MATCHES[0], ns.OWL + "sameAs", ns.OWL + "equivalentClass")
_TEXTS = {
    slot: _SSSOM + slot
    for slot in (
        "confidence", "mapping_tool", "mapping_date", "subject_source_version", "object_source_version", "comment",
        "predicate_modifier",
    )
}  # fmt: skip
_HEADER = {
    "title": ("mapping_set_title", "mapping_set_id"),
    "license": ("license",),
    "version": ("mapping_set_version", "mapping_date"),
}
_NEEDED = ("subject_id", "predicate_id", "object_id")


def fits(source: Source, head: bytes) -> bool:
    """Whether a file is called one, or its first line that is no comment names the three columns of one."""
    lines = [line for line in text_of(head).splitlines() if line.strip() and not line.startswith("#")]
    columns = lines[0].split("\t") if lines else []
    return set(_NEEDED) <= set(columns) or source.stem.endswith(".sssom.tsv")


def prefix(sources: Sequence[Source]) -> str:
    """The name of the file: a set of mappings must not take the place of a vocabulary."""
    stem = re.sub(r"(\.sssom)?(\.tsv|\.txt)?$", "", sources[0].stem)
    stem = re.sub(r"[^A-Za-z0-9.-]+", "_", stem).strip("._-")
    return f"{stem}-mappings" if preferred_prefix(stem) else stem


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of the rows; ``default`` is the name of the graph, where the nodes of the rows get theirs."""
    words: dict[str, tuple[str, str]] = {}
    for number, source in enumerate(sources, 1):
        begin = f"{ns.graph('vocabulary/')}{default}/row/" + (f"{number}-" if len(sources) > 1 else "")

        def wrong(line: int, reason: str, name: str = source.name) -> None:
            ledger.skip(reason, line, name)

        header, rows = read_rows(_lines(source, ledger), source.name, wrong)
        _describe(header, release)
        for row in rows:
            try:
                made = _row(row, begin, release, words)
            except IdentifierError as error:
                ledger.skip(f"damaged: {error.reason}", row.line, source.name)
                continue
            if isinstance(made, str):
                ledger.skip(made, row.line, source.name)
            else:
                ledger.keep()
                yield from made


def _lines(source: Source, ledger: Ledger) -> Iterator[str]:
    for number, line in source.lines():
        if line is None:
            ledger.skip("not UTF-8", number, source.name)
        yield f"{line or ''}\n"


def _describe(header: Header, release: Release) -> None:
    for field, slots in _HEADER.items():
        found = next((value for s in slots if isinstance(value := header.get(s), str)), "")
        if found and not getattr(release, field):
            setattr(release, field, release_of(found) if field == "version" else found)
    declared = header.get("curie_map")
    if isinstance(declared, dict):
        release.prefixes |= {name: start for name, start in declared.items() if ns.is_iri(start)}


def _row(row: Row, begin: str, release: Release, words: dict[str, tuple[str, str]]) -> list[Statement] | str:
    """The statements of a row, or why there are none; ``words`` keeps what stands in most rows. Raises IdentifierError."""
    slots = row.slots
    if missing := [slot for slot in _NEEDED if slot not in slots]:
        return f"no {missing[0]}"
    if NO_TERM in (slots["subject_id"], slots["object_id"]):
        return "says that there is no term"
    modifier = slots.get("predicate_modifier", "")
    if modifier not in ("", "Not"):
        return "a modifier that is not Not"
    subject, other = (normal(slots[slot], "", release.prefixes) for slot in ("subject_id", "object_id"))
    predicate, short = _word(slots["predicate_id"], release, words)
    made = _tie(subject, predicate, other, denied=bool(modifier))
    for term, slot in ((subject, "subject_label"), (other, "object_label")):
        if slot in slots:
            made.append(Statement(term, "label", slots[slot]))
    node = f"{begin}{row.line}"
    made.append(Statement(node, ns.RDF_TYPE, _AXIOM, link=True))
    made += [Statement(node, end, value, True) for end, value in zip(_ENDS, (subject, short, other), strict=True)]
    if why := slots.get("mapping_justification"):
        made.append(Statement(node, f"{_SSSOM}mapping_justification", _word(why, release, words)[1], link=True))
    made += [Statement(node, address, slots[slot]) for slot, address in _TEXTS.items() if slot in slots]
    return made


def _word(text: str, release: Release, words: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """The IRI of a predicate or justification, and its normal form."""
    if text not in words:
        short = normal(text, "", release.prefixes)
        name, _, local = short.partition(":")
        start = ns.prefixes().get(name) or release.prefixes.get(name)
        words[text] = (start + local if start and not local.startswith("//") else short), short
    return words[text]


def _tie(subject: str, predicate: str, other: str, *, denied: bool) -> list[Statement]:
    if denied:
        return [Statement(subject, "negative", other)]
    if predicate == PREDICATES["xref"]:
        return [Statement(subject, "xref", other)]
    made = [Statement(subject, predicate, other, link=True)]
    return [Statement(subject, "xref", other), *made] if predicate in _SAME else made
