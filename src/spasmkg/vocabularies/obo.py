"""OBO files (https://owlcollab.github.io/oboformat/doc/GO.format.obo-1_4.html): every stanza that can be read is.

Published files break the format's rules, so a bad line is reported and skipped, never the whole file. A record is a
line that says something: blank lines and comments are not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spasmkg.errors import IdentifierError
from spasmkg.identifiers import normal, preferred_prefix
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["fits", "prefix", "read"]

UNIT = "lines"
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_SCOPES = {"EXACT": "exact", "BROAD": "broad", "NARROW": "narrow", "RELATED": "related"}
_ESCAPES = {"n": "\n", "t": "\t", "W": " "}
_IGNORED = frozenset((
    "subset", "comment", "created_by", "creation_date", "disjoint_from", "intersection_of", "union_of",
    "equivalent_to", "builtin", "is_anonymous", "relationship", "consider", "namespace",
))  # fmt: skip
_TITLES = ("dce:title", "dc:title", "dcterms:title", "http://purl.org/dc/elements/1.1/title", "http://purl.org/dc/terms/title")  # fmt: skip
_LICENCES = ("dcterms:license", "terms:license", "http://purl.org/dc/terms/license")


def fits(source: Source, head: bytes) -> bool:
    """Whether a file looks like OBO: its name, or a version line or a stanza near the start."""
    return source.stem.endswith(".obo") or head.startswith(b"format-version:") or b"\n[Term]\nid:" in head


def prefix(sources: Sequence[Source]) -> str:
    """The prefix of the first term whose vocabulary is known."""
    for number, line in sources[0].lines():
        if line and line.startswith("id: ") and (found := preferred_prefix(line[4:].partition(":")[0])):
            return found
        if number > 20_000:
            break
    return ""


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of OBO files; ``default`` is the prefix of identifiers without one."""
    for source in sources:
        yield from _file(source, ledger, release, default)


def _file(source: Source, ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    stanza, term = "header", ""
    for number, line in source.lines():
        if line is None:
            ledger.skip("not UTF-8", number, source.name)
            continue
        line = line.strip()
        if not line or line.startswith("!"):
            continue
        if line.startswith("["):
            stanza, term = line.strip("[]"), ""
            ledger.keep()
            continue
        tag, colon, value = line.partition(":")
        value = value.strip()
        if not colon:
            ledger.skip("no tag", number, source.name)
        elif stanza == "header":
            _header(release, tag, value)
            ledger.keep()
        elif stanza != "Term":
            ledger.skip(
                f"in a {stanza if stanza in ('Typedef', 'Instance') else 'strange'} stanza", number, source.name
            )
        elif tag == "id":
            try:
                term = normal(_bare(value), default, release.prefixes)
                ledger.keep()
            except IdentifierError as error:
                term = ""
                ledger.skip(f"term left out: {error.reason}", number, source.name)
        elif not term:
            ledger.skip("of a term that was left out", number, source.name)
        elif tag in _IGNORED or (tag == "property_value" and "IAO:0100001" not in value):
            ledger.skip(f"not taken up: {tag}", number, source.name)
        else:
            found = list(_statements(term, tag, value, number, source, ledger, release))
            if found:
                ledger.keep()
                yield from found
            else:
                ledger.skip("cannot be read", number, source.name)


def _header(release: Release, tag: str, value: str) -> None:
    if tag == "data-version":
        release.version = _date_of(value)
    elif tag == "ontology" and not release.title:
        release.title = value
    elif tag == "idspace":
        parts = value.split()
        if len(parts) > 1:
            release.prefixes[parts[0]] = parts[1]
    elif tag == "property_value":
        name, _, rest = value.partition(" ")
        quoted = re.match(_QUOTED, rest)
        text = _unescaped(quoted[1]) if quoted else rest.split(" xsd:")[0].strip()
        if name in _LICENCES:
            release.license = text
        elif name in _TITLES:
            release.title = text


def _date_of(version: str) -> str:
    """``maxo/releases/2024-07-29/maxo-base.owl`` as ``2024-07-29``."""
    date = re.search(r"\d{4}-\d\d-\d\d", version)
    return date[0] if date else version


def _statements(
    term: str, tag: str, value: str, number: int, source: Source, ledger: Ledger, release: Release
) -> Iterator[Statement]:
    quoted = re.match(_QUOTED, value)
    if tag == "name" and value:
        yield Statement(term, "label", _unescaped(re.sub(r"\s*\{[^{}]*\}$", "", value)))
    elif tag == "def" and quoted:
        yield Statement(term, "definition", _unescaped(quoted[1]))
    elif tag == "synonym" and quoted:
        words = value[quoted.end() :].split("[")[0].split()
        yield Statement(term, _SCOPES.get(words[0] if words else "", "related"), _unescaped(quoted[1]))
    elif tag == "is_obsolete":
        yield Statement(term, "obsolete", value.split()[0])
    elif tag == "xref":
        for other in ledger.identifiers([_bare(value)], number, source.name, "", release.prefixes) or [_bare(value)]:
            yield Statement(term, "xref", other)
    elif tag in ("is_a", "replaced_by", "alt_id", "property_value"):
        name = value.partition(" ")[2] if tag == "property_value" else value
        for other in ledger.identifiers([_bare(name)], number, source.name, "", release.prefixes):
            if tag == "alt_id":
                yield Statement(other, "obsolete", "true")
                yield Statement(other, "replaced_by", term)
            else:
                yield Statement(term, "parent" if tag == "is_a" else "replaced_by", other)


def _bare(value: str) -> str:
    """An identifier without trailing comment, description or qualifiers."""
    return re.split(r"\s", value.replace("\\:", ":"), maxsplit=1)[0]


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), text)
