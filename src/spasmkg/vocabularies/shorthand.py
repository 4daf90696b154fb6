"""FHIR Shorthand (https://hl7.org/fhir/uv/shorthand/): the codes that value sets and code systems list.

A record is a line that says something; a text over several lines, and the three lines of one entry of an expansion,
are read together but counted as lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spasmkg.errors import IdentifierError
from spasmkg.vocabularies.codings import identifier, named
from spasmkg.vocabularies.ontologies import majority, release_of
from spasmkg.vocabularies.rdf import text_of
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["fits", "prefix", "read"]

UNIT = "lines"
_CODE = re.compile(
    r"\* (?:include )?(?:codes? )?(?P<system>[^\s#\"]*)#(?P<code>\"[^\"]+\"|[^\s\"]+)(?P<under>(?: +#(?:\"[^\"]+\"|[^\s\"]+))*)"
    r"(?: +\"(?P<display>(?:[^\"\\]|\\.)*)\")?(?: +\"{1,3}(?P<definition>(?:[^\"\\]|\\.)*)\"{1,3})?\s*$"
)
_ENTRY = re.compile(r"\* \^expansion\.contains\[(?P<which>[^\]]*)\]\.(?P<name>\w+) = (?P<value>.+)$")
_HEADER = re.compile(
    r"(?P<name>ValueSet|CodeSystem|Id|Title|Description|Alias|Parent|Instance(?:Of)?|Profile|Extension|RuleSet|Invariant"
    r"|Logical|Resource|Mapping|Usage|Expression|Severity|XPath|Source|Target)\s*: *(?P<value>.*)$"
)
_CARET = re.compile(r"\* \^(?P<name>[\w.\[\]+=]+) = (?P<value>.+)$")
_LISTING = ("ValueSet", "CodeSystem")


def fits(source: Source, head: bytes) -> bool:
    """Whether a file is called one and defines a value set or code system."""
    return source.stem.endswith(".fsh") and bool(re.search(r"(?m)^(?:ValueSet|CodeSystem): ", text_of(head)))


def prefix(sources: Sequence[Source]) -> str:
    """The vocabulary that most of the codes are of."""
    ledger, release = Ledger(), Release()
    return majority({s.term for source in sources for s in _File(source, ledger, release).statements()})


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of the codes; they say their own system, so ``default`` is not needed."""
    del default
    for source in sources:
        yield from _File(source, ledger, release).statements()


def _logical(source: Source) -> Iterator[tuple[int, str | None]]:
    """(number, line) of each line that says something; a text in three quotes is one line, comments are left out."""
    begun, first, comment = "", 0, False
    for number, line in source.lines():
        if line is None:
            yield number, None
            continue
        line = line.strip()
        if comment or (not begun and line.startswith("/*")):
            comment = "*/" not in line
            continue
        if begun:
            line = f"{begun} {line}"
        elif not line or line.startswith("//"):
            continue
        if line.count('"""') % 2:
            begun, first = line, first or number
            continue
        yield first or number, line
        begun, first = "", 0
    if begun:
        yield first, begun


def _unquoted(text: str) -> str:
    text = re.sub(r"\s+//.*$", "", text).strip() if not text.strip().startswith('"') else text.strip()
    quoted = re.match(r'"""(.*?)"""|"((?:[^"\\]|\\.)*)"', text)
    if not quoted:
        return text
    return re.sub(r"\\(.)", r"\1", quoted[1] if quoted[1] is not None else quoted[2])


class _File:
    """One file while it is read."""

    def __init__(self, source: Source, ledger: Ledger, release: Release) -> None:
        self.source, self.ledger, self.release = source, ledger, release
        self.alias: dict[str, str] = {}
        self.kind, self.url = "", ""
        self.entry: dict[str, str] = {}
        self.entry_line = 0

    def statements(self) -> Iterator[Statement]:
        """What the lines say, each line counted."""
        for number, line in _logical(self.source):
            if line is None:
                self.ledger.skip("not UTF-8", number, self.source.name)
                continue
            entry = _ENTRY.match(line) if self.kind else None
            if entry is None or entry["which"] == "+":
                yield from self._entry_done()
            if entry:
                self._entry(number, entry["name"], entry["value"])
            elif header := _HEADER.match(line):
                self._header(header["name"], header["value"])
                self.ledger.keep()
            elif self.kind not in _LISTING:
                self.ledger.skip("in no value set or code system", number, self.source.name)
            elif code := _CODE.match(line):
                yield from self._code(number, code)
            elif caret := _CARET.match(line):
                self._fact(caret["name"], _unquoted(caret["value"]))
                self.ledger.keep()
            else:
                self.ledger.skip("not taken up: rule", number, self.source.name)
        yield from self._entry_done()

    def _header(self, name: str, value: str) -> None:
        if name == "Alias":
            short, _, system = value.partition("=")
            self.alias[short.strip()] = system.strip()
        elif name == "Title" and self.kind in _LISTING and not self.release.title:
            self.release.title = _unquoted(value)
        elif name not in ("Id", "Title", "Description", "Parent", "Usage", "InstanceOf"):
            self.kind, self.url = name, ""

    def _fact(self, name: str, value: str) -> None:
        release = self.release
        if name == "url":
            self.url = value
        elif name == "version" and not release.version:
            release.version = value
        elif name == "copyright" and not release.license:
            licence = re.search(r"https?://creativecommons\.org/[\w/.-]+\d/?", value)
            release.license = licence[0] if licence else value[:200]
        elif name.endswith("valueUri") and (day := re.search(r"/version/(\d{4})(\d\d)(\d\d)$", value)):
            release.version = release_of("-".join(day.groups()))

    def _system(self, short: str) -> str:
        short = short.partition("|")[0]
        return self.alias.get(short) or (short if short or self.kind == "ValueSet" else self.url)

    def _code(self, number: int, code: re.Match[str]) -> Iterator[Statement]:
        """A code listed by a rule; in a code system it may stand under others."""
        codes = [c.strip('"') for c in (code["code"], *re.findall(r'#("[^"]+"|[^\s"]+)', code["under"] or ""))]
        system = self._system(code["system"])
        display = re.sub(r"\\(.)", r"\1", code["display"] or "")
        try:
            term = identifier(system, codes[-1])
            found = named(term, display)
            if len(codes) > 1:
                found.append(Statement(term, "parent", identifier(system, codes[-2])))
        except IdentifierError as error:
            self.ledger.skip(f"term left out: {error.reason}", number, self.source.name)
            return
        if code["definition"]:
            found.append(Statement(term, "definition", re.sub(r"\\(.)", r"\1", code["definition"])))
        if found:
            self.ledger.keep()
            yield from found
        else:
            self.ledger.skip("no display", number, self.source.name)

    def _entry(self, number: int, name: str, value: str) -> None:
        """A line of an entry of an expansion; the line with the code is counted when the entry is complete."""
        self.entry[name] = value
        if name == "code":
            self.entry_line = number
        elif name in ("system", "display", "inactive", "abstract"):
            self.ledger.keep()
        else:
            self.ledger.skip("not taken up: part of an entry", number, self.source.name)

    def _entry_done(self) -> Iterator[Statement]:
        entry, self.entry = self.entry, {}
        if "code" not in entry:
            return
        system = self._system(_unquoted(entry.get("system", "")))
        code = entry["code"].strip()
        try:
            if not code.startswith("#"):
                raise IdentifierError("a code without #", code)
            term = identifier(system, code[1:].strip('"'))
        except IdentifierError as error:
            self.ledger.skip(f"term left out: {error.reason}", self.entry_line, self.source.name)
            return
        self.ledger.keep()
        yield from named(term, _unquoted(entry.get("display", "")))
        if entry.get("inactive") == "true":
            yield Statement(term, "obsolete", "true")
        if entry.get("abstract") == "true":
            yield Statement(term, "header", "true")
