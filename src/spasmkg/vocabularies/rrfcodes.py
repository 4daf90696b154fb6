"""The codes of one source of the Metathesaurus, such as SNOMED CT, as the terms of a vocabulary.

A code may stand under several concepts and its rows apart from each other, so the file of names is read twice: first
to choose the best name of each code. Held in memory are the codes with some 150 bytes each and 32 bytes for each name.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator

from spasmkg.errors import IdentifierError
from spasmkg.vocabularies.rows import Pairs, sound, term
from spasmkg.vocabularies.rrfnames import LIVE, scope, suppressed, tag, type_rank, words
from spasmkg.vocabularies.statements import Ledger, Statement

__all__ = ["Codes", "code_names", "code_parents"]

_LATER = 1 << 40


class Codes:
    """The codes of some sources, in normal form, with the concepts and names (atoms) that they stand under."""

    def __init__(self, prefix: str, sabs: frozenset[str]) -> None:
        self.prefix, self.sabs = prefix, sabs
        self._index: dict[str, int] = {}
        self._all: list[str] = []
        self.best, self.concept, self.label, self.live = array("q"), array("q"), array("q"), bytearray()
        self._atoms, self._concepts = Pairs(), Pairs()

    def note(self, number: int, f: list[str]) -> None:
        """Take note of a row of names."""
        try:
            code = sound(f[13], self.prefix)
        except IdentifierError:
            return
        place = self._index.setdefault(code, len(self._all))
        rank = _LATER * (type_rank(f[12]) + 100 * (f[16] not in LIVE) + 200 * (f[16] == "O")) + number
        if place == len(self._all):
            self._all.append(code)
            self.best.append(rank)
            self.concept.append(_digits(f[0]))
            self.label.append(hash(words(f)))
            self.live.append(f[16] in LIVE)
        else:
            self.live[place] |= f[16] in LIVE
            if rank < self.best[place]:
                self.best[place], self.concept[place], self.label[place] = rank, _digits(f[0]), hash(words(f))
        self._atoms.add(_digits(f[7]), place)
        self._concepts.add(_digits(f[0]), place)

    def ready(self) -> None:
        """All rows have been noted."""
        self._atoms.sort()
        self._concepts.sort()

    def place(self, code: str) -> int:
        """The number of a code."""
        return self._index[code]

    def of_atom(self, aui: str) -> str:
        """The code that a name stands under; empty where it is another source's."""
        found = self._atoms.of(_digits(aui))
        return self._all[found[0]] if found else ""

    def of_concept(self, cui: str) -> list[str]:
        """The codes whose best name stands under a concept."""
        key = _digits(cui)
        return [self._all[i] for i in dict.fromkeys(self._concepts.of(key)) if self.concept[i] == key]


def _digits(identifier: str) -> int:
    digits = identifier.lstrip("ACU")
    return int(digits) if digits.isdecimal() and digits.isascii() else -1


def code_names(
    codes: Codes, source: str, rows: Callable[[Ledger], Iterator[tuple[int, list[str]]]], ledger: Ledger, own: str
) -> Iterator[Statement]:
    """The names of codes; ``rows`` begins the file of names anew, ``own`` is the prefix of the concepts."""
    for number, f in rows(Ledger()):
        if f[11] in codes.sabs and f[1] == "ENG":
            codes.note(number, f)
    codes.ready()
    for number, f in rows(ledger):
        if f[11] not in codes.sabs:
            ledger.skip("of another source", number, source)
        elif f[1] != "ENG":
            ledger.skip("in another language", number, source)
        elif code := term(f[13], codes.prefix, ledger, number, source):
            place = codes.place(code)
            if codes.live[place] and f[16] not in LIVE:
                ledger.skip(suppressed(f[16]), number, source)
                continue
            ledger.keep()
            if codes.best[place] % _LATER == number:
                yield Statement(code, "label", words(f))
                for other in ledger.identifiers([f[0]], number, source, own):
                    yield Statement(code, "xref", other)
                if codes.best[place] >= 300 * _LATER:
                    yield Statement(code, "obsolete", "true")
            elif hash(words(f)) != codes.label[place]:
                yield Statement(code, scope(f[12]) if codes.concept[place] == _digits(f[0]) else "related", words(f))
            if kind := tag(f):
                yield Statement(code, "kind", kind)


def code_parents(
    codes: Codes, rows: Iterator[tuple[int, list[str]]], ledger: Ledger, source: str
) -> Iterator[Statement]:
    """The hierarchy of the codes, which relates their names."""
    for number, f in rows:
        if f[10] not in codes.sabs:
            ledger.skip("of another source", number, source)
        elif f[3] not in ("PAR", "CHD"):
            ledger.skip("not taken up: relation other than parent or child", number, source)
        elif f[14] not in LIVE:
            ledger.skip("suppressed relation", number, source)
        else:
            first, second = codes.of_atom(f[1]), codes.of_atom(f[5])
            if not first or not second:
                ledger.skip("relation of a name that was left out", number, source)
            elif first == second:
                ledger.skip("a code related to itself", number, source)
            else:
                ledger.keep()
                up = f[3] == "PAR"
                yield Statement(first if up else second, "parent", second if up else first)
