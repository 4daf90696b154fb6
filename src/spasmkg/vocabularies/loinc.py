"""LOINC as published: ``Loinc.csv`` or ``LoincTableCore.csv``, with parts, hierarchy, links and replacements beside it.

Columns: LOINC Users' Guide, appendices A and B. The files are told by their columns, which are found by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spasmkg import namespaces as ns
from spasmkg.errors import DataSyntaxError
from spasmkg.vocabularies.rows import Names, columns, quoted, term
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["choose", "fits", "prefix", "read"]

UNIT = "rows"
_MARKS = {
    "codes": ("LOINC_NUM", "LONG_COMMON_NAME", "STATUS"),
    "parts": ("PartNumber", "PartTypeName", "PartName", "PartDisplayName"),
    "tree": ("PATH_TO_ROOT", "IMMEDIATE_PARENT", "CODE", "CODE_TEXT"),
    "links": ("LoincNumber", "PartNumber", "LinkTypeName", "Property"),
    "heirs": ("LOINC", "MAP_TO"),
}
"""The files that are read, in the order of reading, with the columns that each must have."""
_AXES = ("COMPONENT", "PROPERTY", "TIME_ASPCT", "SYSTEM", "SCALE_TYP", "METHOD_TYP")
_MORE = (
    "CLASS", "SHORTNAME", "DisplayName", "CONSUMER_NAME", "RELATEDNAMES2", "DefinitionDescription", "STATUS_TEXT",
    "VersionFirstReleased", "VersionLastChanged",
)  # fmt: skip
_VERSION = re.compile(r"\d+\.\d+")


def _role(head: bytes) -> str:
    """What a file is, by its line of column names; empty for others."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode("utf-8")
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    names = [name.strip().strip('"') for name in first.split(",")]
    return next((role for role, marks in _MARKS.items() if all(mark in names for mark in marks)), "")


def fits(source: Source, head: bytes) -> bool:
    """Whether the line of column names is that of a file that is read."""
    return source.stem.endswith(".csv") and bool(_role(head))


def choose(sources: Sequence[Source]) -> list[Source]:
    """One file of each kind, of a whole release the larger. Raises DataSyntaxError where the codes are not there."""
    found: dict[str, list[Source]] = {}
    for source in sources:
        found.setdefault(_role(source.head()), []).append(source)
    if "codes" not in found and "parts" not in found:
        raise DataSyntaxError("names are in Loinc.csv; name that file too", sources[0].name)

    def rank(source: Source) -> tuple[bool, bool, int]:
        return "core" in source.name.lower(), "supplementary" in source.stem, -source.size

    return [min(found[role], key=rank) for role in _MARKS if role in found]


def prefix(_: Sequence[Source]) -> str:
    """``loinc``."""
    return "loinc"


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of the files of one release."""
    release.title = "LOINC"
    names = Names()
    readers = {"codes": _codes, "parts": _parts, "tree": _tree, "links": _links, "heirs": _heirs}
    for source in sources:
        yield from readers[_role(source.head())](source, ledger, release, default, names)


def _codes(source: Source, ledger: Ledger, release: Release, default: str, names: Names) -> Iterator[Statement]:
    newest: tuple[tuple[int, ...], str] = ((0,), "")
    rows = columns(quoted(source, ledger), source, _MARKS["codes"], (*_AXES, *_MORE))
    for number, (code, name, status, *rest) in rows:
        identifier = term(code, default, ledger, number, source.name)
        if not identifier:
            continue
        axes, (kind, short, display, lay, related, definition, why, *versions) = rest[:6], rest[6:]
        label = name or short or axes[0]
        if not label:
            ledger.skip("no name", number, source.name)
            continue
        ledger.keep()
        field = names.field(identifier, label)
        if field:
            yield Statement(identifier, field, label)
        said = {"", label}
        full = ":".join(axes).rstrip(":")
        for scope, text in [
            ("exact", short), ("exact", display), ("exact", lay), ("exact", full), ("related", axes[0]),
            *(("related", part.strip()) for part in related.split(";")),
        ]:  # fmt: skip
            if text not in said:
                said.add(text)
                yield Statement(identifier, scope, text)
        if definition:
            yield Statement(identifier, "definition", definition)
        if kind:
            yield Statement(identifier, "kind", kind)
        if status.upper() == "DEPRECATED":
            yield Statement(identifier, "obsolete", "true")
        elif status.upper() == "DISCOURAGED":
            yield Statement(identifier, ns.RDFS + "comment", f"discouraged by LOINC{': ' if why else ''}{why}")
        newest = max(newest, *((tuple(map(int, v.split("."))), v) for v in versions if _VERSION.fullmatch(v)), newest)
    release.version = newest[1]


def _parts(source: Source, ledger: Ledger, _: Release, default: str, names: Names) -> Iterator[Statement]:
    for number, (code, kind, name, display, status) in columns(
        quoted(source, ledger), source, _MARKS["parts"], ("Status",)
    ):
        if identifier := term(code, default, ledger, number, source.name):
            ledger.keep()
            for text in (name, display):
                if text and (field := names.field(identifier, text)):
                    yield Statement(identifier, field, text)
            if kind:
                yield Statement(identifier, "kind", kind)
            if status.upper() in ("DEPRECATED", "INACTIVE"):
                yield Statement(identifier, "obsolete", "true")


def _tree(source: Source, ledger: Ledger, _: Release, default: str, names: Names) -> Iterator[Statement]:
    """The hierarchy; groups that no other file names are named here."""
    for number, (_path, parent, code, text) in columns(quoted(source, ledger), source, _MARKS["tree"]):
        if identifier := term(code, default, ledger, number, source.name):
            ledger.keep()
            if text and names.field(identifier, text) == "label":
                yield Statement(identifier, "label", text)
            for other in ledger.identifiers([parent] if parent else [], number, source.name, default):
                yield Statement(identifier, "parent", other)


def _links(source: Source, ledger: Ledger, _: Release, default: str, __: Names) -> Iterator[Statement]:
    """Which parts a code is made of."""
    for number, (code, part, _type, relation) in columns(quoted(source, ledger), source, _MARKS["links"]):
        if not ns.is_iri(relation) or "://" not in relation:
            ledger.skip("not taken up: link without a property", number, source.name)
        elif (identifier := term(code, default, ledger, number, source.name)) and (
            other := term(part, default, ledger, number, source.name)
        ):
            ledger.keep()
            yield Statement(identifier, relation, other, link=True)


def _heirs(source: Source, ledger: Ledger, _: Release, default: str, __: Names) -> Iterator[Statement]:
    for number, (code, heir) in columns(quoted(source, ledger), source, _MARKS["heirs"]):
        if (identifier := term(code, default, ledger, number, source.name)) and (
            other := term(heir, default, ledger, number, source.name)
        ):
            ledger.keep()
            yield Statement(identifier, "replaced_by", other)
