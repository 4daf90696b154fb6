"""ICD-10-CM as published: the order file, the tabular list in XML, or both together.

The order file (its readme gives the columns) holds every code with its flag: 0 groups others and is not valid for
billing. The tabular list holds chapters, sections and inclusion terms; its codes get their seventh characters here
where the order file is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from spasmkg.errors import DataSyntaxError
from spasmkg.vocabularies.rows import Names, term
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement
from spasmkg.vocabularies.xmlfiles import elements

__all__ = ["choose", "fits", "prefix", "read"]

UNIT = "records"
_ORDER = re.compile(r"\d{5} ([A-Z][0-9A-Z]{2,6}) {1,5}([01]) (.{60}) ?(.*)")
_FILE = re.compile(r"icd-?10-?cm[-_]?order(?![-_ ]addenda).*\.txt")
_RANGE = re.compile(r"\s*\([A-Z]\d\w(?:-[A-Z]\d\w)?\)$")
_YEAR = re.compile(r"(?:19|20)\d\d")


def _order(source: Source) -> bool:
    return source.stem.endswith(".txt")


def fits(source: Source, head: bytes) -> bool:
    """Whether a file is an order file, or the tabular list."""
    if _order(source):
        return _FILE.fullmatch(source.stem) is not None
    return source.stem.endswith(".xml") and b"<ICD10CM.tabular" in head.replace(b"\0", b"")


def choose(sources: Sequence[Source]) -> list[Source]:
    """The order file, then the tabular list. Raises DataSyntaxError where one of them is there twice."""
    for kind in (True, False):
        some = [s for s in sources if _order(s) is kind]
        if len(some) > 1:
            raise DataSyntaxError(
                f"the same as {some[1].name} of another year; name the files of one year", some[0].name
            )
    return sorted(sources, key=lambda s: not _order(s))


def prefix(_: Sequence[Source]) -> str:
    """``icd10cm``."""
    return "icd10cm"


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of the files of one year."""
    release.title = "ICD-10-CM"
    names = Names()
    ordered = any(map(_order, sources))
    for source in sources:
        if _order(source):
            year = _YEAR.search(source.stem)
            release.version = year[0] if year else ""
            yield from _rows(source, ledger, default, names)
        else:
            yield from _Tabular(source, ledger, release, default, names, extend=not ordered).read()


def _rows(source: Source, ledger: Ledger, default: str, names: Names) -> Iterator[Statement]:
    """The order file. A code stands below the last one that it begins with."""
    above: list[tuple[str, str]] = []
    for number, line in source.lines():
        if line is None or not line.strip():
            if line is None:
                ledger.skip("not UTF-8", number, source.name)
            continue
        found = _ORDER.fullmatch(line) if "\0" not in line else None
        if found is None:
            reason = "damaged: a NUL byte" if "\0" in line else "damaged: another number of columns"
            ledger.skip(reason, number, source.name)
            continue
        code, billable, short, name = found[1], found[2], found[3].strip(), found[4].strip()
        identifier = term(code, default, ledger, number, source.name)
        if not identifier:
            continue
        ledger.keep()
        name = name or short
        if field := names.field(identifier, name):
            yield Statement(identifier, field, name)
        if short and short != name:
            yield Statement(identifier, "exact", short)
        if billable == "0":
            yield Statement(identifier, "header", "true")
        while above and (above[-1][0] == code or not code.startswith(above[-1][0])):
            above.pop()
        if above:
            yield Statement(identifier, "parent", above[-1][1])
        above.append((code, identifier))


class _Tabular:
    """The tabular list. Its records are chapters, sections, diagnoses and notes."""

    def __init__(
        self, source: Source, ledger: Ledger, release: Release, default: str, names: Names, *, extend: bool
    ) -> None:
        self.source, self.ledger, self.release = source, ledger, release
        self.default, self.names, self.extend = default, names, extend

    def read(self) -> Iterator[Statement]:
        """The statements of the chapters."""
        for line, element in elements(self.source, "version", "chapter"):
            if element.tag == "version":
                self._version(element, line)
                continue
            chapter = self._named(element.findtext("name"), line)
            if chapter:
                yield from self._said(chapter, element.findtext("desc"), header=True)
            yield from self._notes(element, chapter, line)
            for section in element.iter("section"):
                group = self._section(section, line)
                if group:
                    yield from self._said(group, section.findtext("desc"), header=True)
                    if chapter:
                        yield Statement(group, "parent", chapter)
                yield from self._notes(section, group, line)
                for diagnosis in section.findall("diag"):
                    yield from self._diagnosis(diagnosis, group or chapter, line, {})

    def _version(self, element: Element, line: int) -> None:
        version = (element.text or "").strip()
        if self.release.version and version != self.release.version:
            self.ledger.warn(f"the tabular list is of {version}, the order file is not", line, self.source.name)
        self.release.version = self.release.version or version

    def _named(self, name: str | None, line: int) -> str:
        """The identifier of a record, which is counted here."""
        found = term((name or "").strip(), self.default, self.ledger, line, self.source.name)
        if found:
            self.ledger.keep()
        return found

    def _section(self, section: Element, line: int) -> str:
        name = section.get("id", "")
        if "-" in name or not name:
            return self._named(name, line)
        self.ledger.skip("a section of one category", line, self.source.name)
        return ""

    def _said(self, identifier: str, text: str | None, *, header: bool) -> Iterator[Statement]:
        name = _RANGE.sub("", " ".join((text or "").split()))
        if name and (field := self.names.field(identifier, name)):
            yield Statement(identifier, field, name)
        if header:
            yield Statement(identifier, "header", "true")

    def _notes(self, element: Element, identifier: str, line: int) -> Iterator[Statement]:
        for child in element:
            if child.tag in ("diag", "section"):
                continue
            for note in child.iter("note"):
                if child.tag == "inclusionTerm" and identifier:
                    self.ledger.keep()
                    yield Statement(identifier, "narrow", " ".join("".join(note.itertext()).split()))
                else:
                    self.ledger.skip(f"not taken up: {child.tag}", line, self.source.name)

    def _diagnosis(self, element: Element, above: str, line: int, seventh: dict[str, str]) -> Iterator[Statement]:
        identifier = self._named(element.findtext("name"), line)
        seventh = {e.get("char", ""): e.text or "" for e in element.iterfind("sevenChrDef/extension")} or seventh
        below = element.findall("diag")
        if identifier:
            yield from self._said(identifier, element.findtext("desc"), header=bool(below or seventh))
            if above:
                yield Statement(identifier, "parent", above)
            if seventh and not below and self.extend:
                yield from self._seventh(identifier, element.findtext("desc") or "", line, seventh)
        yield from self._notes(element, identifier, line)
        for child in below:
            yield from self._diagnosis(child, identifier or above, line, seventh)

    def _seventh(self, identifier: str, name: str, line: int, seventh: dict[str, str]) -> Iterator[Statement]:
        base = identifier.partition(":")[2].replace(".", "").ljust(6, "X")
        for char, meant in seventh.items():
            for code in self.ledger.identifiers([base + char], line, self.source.name, self.default):
                yield from self._said(code, f"{name}, {meant}", header=False)
                yield Statement(code, "parent", identifier)
