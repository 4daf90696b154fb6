"""XML files read element by element: nothing outside the file is fetched, no entity is declared, memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from spasmkg.errors import DataSyntaxError, RefusedError, SpasmKGError
from spasmkg.vocabularies.sources import MAX_LINE, Source

__all__ = ["elements"]

_CHUNK = 1 << 16
_DEEP = 200
_LARGE = 4_000_000
"""Elements inside one that is handed out."""


class _Builder:
    """Collects the elements of some names as they end."""

    def __init__(self, source: Source, names: frozenset[str], doctype: bool) -> None:
        self.found: list[tuple[int, Element]] = []
        self._source, self._names, self._doctype = source, names, doctype
        self._tree: TreeBuilder | None = None
        self._depth = self._inside = self._line = self._parts = self._text = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.StartDoctypeDeclHandler = self._declared
        self.parser.EntityDeclHandler = self._entity
        self.parser.SkippedEntityHandler = self._entity

    def _declared(self, _name: str, _system: str | None, _public: str | None, inside: bool) -> None:
        if inside or not self._doctype:
            raise RefusedError(
                f"{self._source.name}, line {self.parser.CurrentLineNumber}: declares its own document type; "
                "such files can be made to do harm and are not read"
            )

    def _entity(self, *_: Any) -> None:
        raise RefusedError(
            f"{self._source.name}, line {self.parser.CurrentLineNumber}: uses entities of its own; "
            "such files can be made to do harm and are not read"
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEP:
            raise RefusedError(f"{self._source.name}: elements nested more than {_DEEP} deep")
        if self._tree is None and name in self._names:
            self._tree, self._inside = TreeBuilder(), self._depth
            self._line, self._parts, self._text = self.parser.CurrentLineNumber, 0, 0
        if self._tree is not None:
            self._parts += 1
            self._text = 0
            if self._parts > _LARGE:
                raise RefusedError(f"{self._source.name}, line {self._line}: more than {_LARGE:,} elements in one")
            self._tree.start(name, attributes)

    def _end(self, name: str) -> None:
        if self._tree is not None:
            self._tree.end(name)
            if self._depth == self._inside:
                self.found.append((self._line, self._tree.close()))
                self._tree = None
        self._depth -= 1

    def _data(self, text: str) -> None:
        if self._tree is not None:
            self._text += len(text)
            if self._text > MAX_LINE:
                raise RefusedError(
                    f"{self._source.name}, line {self._line}: a text of more than {MAX_LINE:,} characters"
                )
            self._tree.data(text)


def elements(source: Source, *names: str, doctype: bool = False) -> Iterator[tuple[int, Element]]:
    """(line, element) of each outermost element that has one of some names, with all that is in it.

    ``doctype``: the file may name a document type that is kept elsewhere, as MeSH does; it is not fetched. Raises
    DataSyntaxError for what is not XML, RefusedError for declarations that could do harm.
    """
    builder = _Builder(source, frozenset(names), doctype)
    with source.open() as stream:
        try:
            while chunk := stream.read(_CHUNK):
                builder.parser.Parse(chunk, False)
                yield from builder.found
                builder.found.clear()
            builder.parser.Parse(b"", True)
        except SpasmKGError:
            raise
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]:
                raise RefusedError(
                    f"{source.name}, line {error.lineno}: uses entities that XML does not have"
                ) from None
            raise DataSyntaxError(f"not well-formed XML: {reason}", source.name, error.lineno) from None
        except (LookupError, ValueError) as error:
            raise DataSyntaxError(f"its encoding cannot be read: {error}", source.name) from None
    yield from builder.found
