"""Names that are nearly a text: three letters in a row choose fifty candidates, the edit distance ranks them.

For each part of the lexicon an index is made on first use and kept beside the part: for every three letters the names
that hold them, as arrays that are read where they lie. The distance counts insertions, deletions, substitutions and
swapped neighbours (optimal string alignment) relative to the length. Names are compared unfolded, because folding can
turn one typing error into several.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spasmkg.folding import plain
from spasmkg.linking.kinds import fits
from spasmkg.linking.lexicon import Lexicon
from spasmkg.linking.part import Keys, Part, Term, write_keys
from spasmkg.linking.reading import OWN
from spasmkg.linking.strings import Strings, read_numbers, write_numbers

__all__ = ["CANDIDATES", "Fuzzy", "Grams", "Near", "write_grams"]

CANDIDATES = 50
_LETTERS = " abcdefghijklmnopqrstuvwxyz0123456789?"
_BASE = len(_LETTERS)
_CODES = np.full(256, _LETTERS.index("?"), np.uint32)
_CODES[[ord(c) for c in _LETTERS]] = np.arange(_BASE)


@dataclass(frozen=True, slots=True)
class Near:
    """A name that is nearly the text: its term, the name as written, its scope, and how near (1 is the same)."""

    term: Term
    text: str
    scope: str
    score: float

    def fits(self, group: str) -> bool:
        """Whether the term's kind goes with a group; see :mod:`.kinds`."""
        return fits(group, self.term)


def write_grams(folder: Path, names: Iterable[str]) -> None:
    """Write the index of names, given by row, into a new folder."""
    write_numbers(folder / "plain.row", write_keys(folder / "plain", ((plain(n), row) for row, n in enumerate(names))))
    keys = Strings(folder / "plain").every()
    text = f" {'  '.join(keys)} ".encode("ascii", "replace")
    codes = _CODES[np.frombuffer(text, np.uint8)]
    owner = np.repeat(
        np.arange(len(keys), dtype=np.int64), np.fromiter((len(k) + 2 for k in keys), np.int64, len(keys))
    )
    within = owner[:-2] == owner[2:]
    grams = (codes[:-2] * (_BASE * _BASE) + codes[1:-1] * _BASE + codes[2:])[within].astype(np.int64)
    pairs = grams * max(len(keys), 1) + owner[:-2][within]
    pairs.sort()
    pairs = pairs[np.diff(pairs, prepend=-1) != 0]
    gram, key = np.divmod(pairs, max(len(keys), 1))
    np.save(folder / "first.npy", np.searchsorted(gram, np.arange(_BASE**3 + 1)))
    np.save(folder / "names.npy", key.astype(np.uint32))
    np.save(folder / "sizes.npy", np.bincount(key, minlength=len(keys)).astype(np.uint16))


class Grams:
    """The index of one part."""

    def __init__(self, folder: Path) -> None:
        self._keys = Keys(folder / "plain")
        self._rows = read_numbers(folder / "plain.row")
        self._first, self._names, self._sizes = (
            np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("first", "names", "sizes")
        )

    def nearest(self, text: str, limit: int = 5) -> list[tuple[float, str, list[int]]]:
        """(how near, name, its rows) of the names nearest to a text, given as :func:`~spasmkg.folding.plain` makes it."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        places = self._candidates(text)
        names = [self._keys.strings[int(p)] for p in places]
        found = process.extract(text, names, scorer=OSA.normalized_similarity, limit=limit)
        return [(score, name, [self._rows[r] for r in self._keys.rows(int(places[i]))]) for name, score, i in found]

    def _candidates(self, text: str) -> NDArray[np.int64]:
        """The places of the names that share most with a text, the likeliest first."""
        codes = _CODES[np.frombuffer(f" {text} ".encode("ascii", "replace"), np.uint8)]
        grams = np.unique(codes[:-2] * (_BASE * _BASE) + codes[1:-1] * _BASE + codes[2:])
        lists = [self._names[self._first[g] : self._first[g + 1]] for g in grams]
        held = np.concatenate(lists) if lists else np.empty(0, np.uint32)
        if not len(held):
            return np.empty(0, np.int64)
        shared = np.bincount(held, minlength=len(self._sizes))
        places = np.flatnonzero(shared > (1 if shared.max() > 2 else 0))
        likeness = shared[places] / (len(grams) + self._sizes[places])
        if len(places) > CANDIDATES:
            best = np.argpartition(-likeness, CANDIDATES)[:CANDIDATES]
            places, likeness = places[best], likeness[best]
        order: NDArray[np.int64] = places[np.argsort(-likeness, kind="stable")]
        return order


class Fuzzy:
    """The fuzzy indexes of a lexicon, each made when it is first asked."""

    def __init__(self, lexicon: Lexicon, report: Callable[[str], None] = lambda _: None) -> None:
        self._lexicon, self._report = lexicon, report
        self._grams: dict[str, Grams] = {}

    def nearest(self, text: str, limit: int = 5, graphs: Collection[str] = ()) -> list[Near]:
        """The names nearest to a text, the nearest first, over all parts or those of some graphs."""
        wanted = plain(text)
        if not wanted:
            return []
        found: list[Near] = []
        for part in self._lexicon.parts:
            if graphs and part.graph not in graphs:
                continue
            for score, _, rows in self._of(part).nearest(wanted, limit):
                matches = (self._lexicon.at_home(part.match(row), part) for row in rows)
                found += [Near(m.term, m.text, m.scope, round(score, 4)) for m in matches]
        return _first(found, limit)

    def _of(self, part: Part) -> Grams:
        if part.graph not in self._grams:
            self._grams[part.graph] = Grams(_kept(part, self._report))
        return self._grams[part.graph]


def _first(found: Sequence[Near], limit: int) -> list[Near]:
    """The best names, each term once."""
    rank = {"label": 0, "exact": 1, "spelling": 1}
    ordered = sorted(found, key=lambda n: (-n.score, n.term.vocabulary != OWN, rank.get(n.scope, 2), n.term.id))
    best: dict[str, Near] = {}
    for near in ordered:
        best.setdefault(near.term.id, near)
    return list(best.values())[:limit]


def _kept(part: Part, report: Callable[[str], None]) -> Path:
    """The folder of a part's index; several processes may make it at once, and the first to finish is kept."""
    home = part.folder / "grams"
    if home.is_dir():
        return home
    if len(part.keys) > 20_000:
        report(f"indexing the names of {part.graph} for misspelt words (once; kept for the next time)")
    scratch = Path(tempfile.mkdtemp(dir=part.folder, prefix=".making-"))
    try:
        made = scratch / "grams"
        made.mkdir()
        write_grams(made, part.texts())
        try:
            made.rename(home)
        except OSError:
            if not home.is_dir():
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return home
