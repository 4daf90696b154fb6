"""The names, kinds and links of one graph, in a folder of files that are read where they lie.

``terms`` holds one line a term, sorted by identifier; ``keys`` the folded names, each once and sorted, with the rows
that bear it; a row is a name: its term, its scope and its text as written. ``loose`` holds the weaker keys of those
names that have another one, ``links`` and ``backlinks`` one line a link, sorted from either end, and so do ``curated``
and ``curated.back`` with the rows of the mapping sets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from spasmkg.folding import fold, loose
from spasmkg.linking.reading import SCOPES, Facts
from spasmkg.linking.strings import Strings, read_numbers, write_numbers, write_strings

__all__ = ["Keys", "Match", "Part", "Term", "write_keys", "write_part"]

_PATIENCE = 2_000
_NONE = range(0)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a vocabulary: its identifier in normal form, its one name, and what is said of its kind."""

    id: str
    label: str
    kinds: tuple[str, ...] = ()
    obsolete: bool = False
    header: bool = False

    @property
    def vocabulary(self) -> str:
        """The prefix of the vocabulary that the term belongs to."""
        return self.id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Match:
    """A name that a text was found under: the term, the name as written and its scope."""

    term: Term
    text: str
    scope: str


class Keys:
    """Folded names, each with the rows that bear it.

    The first look-ups go to the file; who asks more often gets a dict of all keys, made once.
    """

    def __init__(self, path: Path) -> None:
        self._strings, self._first = Strings(path), read_numbers(path.with_suffix(".first"))
        self._asked = 0
        self._dict: dict[str, range] | None = None

    def __len__(self) -> int:
        return len(self._strings)

    @property
    def strings(self) -> Strings:
        """The keys, sorted."""
        return self._strings

    def find(self, key: str) -> Sequence[int]:
        """The rows of a key."""
        if self._dict is not None:
            return self._dict.get(key, _NONE)
        self._asked += 1
        if self._asked > _PATIENCE:
            self.load()
        at = self._strings.find(key)
        return self.rows(at) if at >= 0 else _NONE

    def rows(self, place: int) -> range:
        """The rows of the key at a place."""
        return range(self._first[place], self._first[place + 1])

    def load(self) -> None:
        """Make the dict of all keys."""
        first = list(self._first)
        self._dict = dict(zip(self._strings.every(), map(range, first, first[1:]), strict=False))


def write_keys(path: Path, keys: Iterable[tuple[str, int]]) -> list[int]:
    """Write (key, row) pairs for :class:`Keys`; return the rows in the order that their places name them by."""
    ordered = sorted(keys)
    counts: dict[str, int] = {}
    for key, _ in ordered:
        counts[key] = counts.get(key, 0) + 1
    write_strings(path, counts)
    write_numbers(path.with_suffix(".first"), accumulate(counts.values(), initial=0))
    return [row for _, row in ordered]


def write_part(folder: Path, facts: Facts) -> None:
    """Write what a graph says into a new folder."""
    names = sorted(set(facts.names))
    labels: dict[str, str] = {}
    for term, text, scope in names:
        if scope == "label" or term not in labels:
            labels[term] = text
    known = sorted({*labels, *facts.kinds, *facts.obsolete, *facts.headers})
    number = {term: i for i, term in enumerate(known)}
    write_strings(
        folder / "terms",
        (
            "\t".join(
                (
                    term,
                    labels.get(term, ""),
                    ("o" if term in facts.obsolete else "") + ("h" if term in facts.headers else ""),
                    *sorted(facts.kinds.get(term, ())),
                )
            )
            for term in known
        ),
    )
    order = write_keys(folder / "keys", ((fold(text), row) for row, (_, text, _) in enumerate(names)))
    names = [names[row] for row in order]
    write_numbers(folder / "row.term", (number[term] for term, _, _ in names))
    (folder / "row.scope").write_bytes(bytes(SCOPES.index(scope) for _, _, scope in names))
    write_strings(folder / "row.text", (text for _, text, _ in names))
    by_term: dict[int, list[int]] = defaultdict(list)
    for row, (term, _, _) in enumerate(names):
        by_term[number[term]].append(row)
    write_numbers(folder / "term.first", accumulate((len(by_term[i]) for i in range(len(known))), initial=0))
    write_numbers(folder / "term.row", (row for i in range(len(known)) for row in by_term[i]))
    weaker = ((key, row) for row, (_, text, _) in enumerate(names) if (key := loose(text)) != fold(text))
    write_numbers(folder / "loose.row", write_keys(folder / "loose", weaker))
    links = sorted(set(facts.links))
    write_strings(folder / "links", ("\t".join(link) for link in links))
    write_strings(folder / "backlinks", sorted("\t".join((other, how, term)) for term, how, other in links))
    write_strings(folder / "curated", sorted("\t".join(row) for row in facts.curated))
    turned = ("\t".join((other, how, term, *rest)) for term, how, other, *rest in facts.curated)
    write_strings(folder / "curated.back", sorted(turned))


class Part:
    """The names, kinds and links of one graph, read-only."""

    def __init__(self, folder: Path, graph: str) -> None:
        self.folder, self.graph = folder, graph
        self.keys = Keys(folder / "keys")
        self.terms = Strings(folder / "terms")

    @cached_property
    def _rows(self) -> tuple[Sequence[int], bytes, Strings]:
        return (
            read_numbers(self.folder / "row.term"),
            (self.folder / "row.scope").read_bytes(),
            Strings(self.folder / "row.text"),
        )

    @cached_property
    def _of_terms(self) -> tuple[Sequence[int], Sequence[int]]:
        return read_numbers(self.folder / "term.first"), read_numbers(self.folder / "term.row")

    @cached_property
    def _loose(self) -> tuple[Keys, Sequence[int]]:
        return Keys(self.folder / "loose"), read_numbers(self.folder / "loose.row")

    @cached_property
    def _links(self) -> Strings:
        return Strings(self.folder / "links")

    @cached_property
    def _backlinks(self) -> Strings:
        return Strings(self.folder / "backlinks")

    def texts(self) -> Sequence[str]:
        """The names as written, by row."""
        return self._rows[2]

    def knows(self, prefix: str) -> bool:
        """Whether a term here has this prefix, or is linked to one that has."""
        return any(_has(lines, prefix + ":") for lines in (self.terms, self._backlinks))

    def match(self, row: int) -> Match:
        """The name in a row."""
        term, scope, text = self._rows
        return Match(_term(self.terms[term[row]]), text[row], SCOPES[scope[row]])

    def find(self, key: str) -> list[Match]:
        """The names with a folded key."""
        return [self.match(row) for row in self.keys.find(key)]

    def find_loose(self, key: str) -> list[Match]:
        """The names with a weaker key: those that have it beside their own, and those whose own it is."""
        keys, rows = self._loose
        return [self.match(rows[i]) for i in keys.find(key)] + self.find(key)

    def term(self, identifier: str) -> Term | None:
        """The term with an identifier."""
        found = self._place(identifier)
        return _term(self.terms[found]) if found >= 0 else None

    def _place(self, identifier: str) -> int:
        at = self.terms.place(identifier + "\t")
        return at if at < len(self.terms) and self.terms[at].startswith(identifier + "\t") else -1

    def names(self, identifier: str) -> list[tuple[str, str]]:
        """(text, scope) of every name of a term."""
        at = self._place(identifier)
        if at < 0:
            return []
        first, rows = self._of_terms
        _, scope, text = self._rows
        return [(text[r], SCOPES[scope[r]]) for r in rows[first[at] : first[at + 1]]]

    def links(self, identifier: str, how: str = "") -> list[tuple[str, str]]:
        """(how, other) of the links that a term has, or those of one sort."""
        return _pairs(self._links, identifier, how)

    def curated(self, identifier: str) -> list[str]:
        """The rows of the mapping sets on one of our entities: predicate, term, confidence, label."""
        return Strings(self.folder / "curated").starting(identifier + "\t")

    def curated_of(self, identifier: str) -> list[str]:
        """The rows of the mapping sets on a term: predicate, entity, confidence, label."""
        return Strings(self.folder / "curated.back").starting(identifier + "\t")

    def backlinks(self, identifier: str, how: str = "") -> list[tuple[str, str]]:
        """(how, other) of the links that lead to a term from others."""
        return _pairs(self._backlinks, identifier, how)


def _has(lines: Strings, start: str) -> bool:
    at = lines.place(start)
    return at < len(lines) and lines[at].startswith(start)


def _pairs(lines: Strings, identifier: str, how: str) -> list[tuple[str, str]]:
    if how:
        return [(how, other) for other in lines.starting(f"{identifier}\t{how}\t")]
    found = (line.partition("\t") for line in lines.starting(identifier + "\t"))
    return [(how, other) for how, _, other in found]


def _term(line: str) -> Term:
    identifier, label, marks, *kinds = line.split("\t")
    return Term(identifier, label, tuple(kinds), "o" in marks, "h" in marks)
