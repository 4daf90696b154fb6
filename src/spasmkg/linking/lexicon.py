"""The index of names over all vocabularies of a graph and our own entities.

Each graph has a part of its own, kept under the user's cache folder and found by the content of the graph, so that a
changed vocabulary is indexed anew and an unchanged one never. Whether anything changed is seen from the store's stamp
without reading it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from functools import cache as cache_of_process
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from spasmkg import cache, files
from spasmkg.catalogue import CATALOGUE, GRAPHS
from spasmkg.folding import fold, loose
from spasmkg.linking.part import Match, Part, Term, write_part
from spasmkg.linking.reading import OWN, Column, columns, facts
from spasmkg.resources import ontology_dir
from spasmkg.store import Store

__all__ = ["Lexicon", "loaded"]

_CODE = ("../folding.py", "../identifiers.py", "../vocabularies/triples.py", "part.py", "reading.py", "strings.py")
_PREFIXES = ("prefixes.epm.json", "outside-prefixes.epm.json")
"""The code and the prefixes that decide what stands in a part: a part that other code made is not read."""
_MOST = 200_000
_WEEK = 7 * 24 * 3600.0


def loaded(store: Store) -> list[str]:
    """The names of the vocabularies that a store holds, sorted."""
    return [g.removeprefix(GRAPHS) for g in store.graphs() if g.startswith(GRAPHS) and g != CATALOGUE]


class Lexicon:
    """All names of our own entities and of the loaded vocabularies.

    ``vocabularies`` are the names of the loaded ones; a term belongs to the vocabulary of its prefix, whichever
    graph it was read from.
    """

    def __init__(self, parts: Iterable[Part]) -> None:
        self.parts = tuple(parts)
        self.vocabularies = tuple(p.graph for p in self.parts if p.graph != OWN)
        self._terms: dict[str, Term | None] = {}

    @classmethod
    def of(cls, store: Store, report: Callable[[str], None] = lambda _: None) -> Lexicon:
        """The lexicon of a store; what is not indexed yet is indexed first."""
        home = Path(cache.directory()) / "lexicons"
        graphs = [OWN, *loaded(store)]
        stamp = f"{_form()} {told}" if (told := store.stamp()) else ""
        known = _recall(home, stamp) if stamp else {}
        if set(known) == set(graphs) and all((home / known[g] / "ready").is_file() for g in graphs):
            return cls(Part(home / known[g], g) for g in graphs)
        try:
            home.mkdir(parents=True, exist_ok=True)
            keys = {g: _kept(home, store, g, report) for g in graphs}
            if stamp:
                _remember(home, stamp, keys)
        except OSError:  # nowhere to keep it
            home = Path(tempfile.mkdtemp(prefix="spasmkg-lexicon-"))
            made = cls(Part(home / _kept(home, store, g, report), g) for g in graphs)
            weakref.finalize(made, shutil.rmtree, home, ignore_errors=True)
            return made
        return cls(Part(home / keys[g], g) for g in graphs)

    # ---- names ----

    def find(self, text: str) -> list[Match]:
        """The names that fold to the same as a text."""
        key = fold(text)
        return [self.at_home(m, part) for part in self.parts for m in part.find(key)] if key else []

    def find_loose(self, text: str) -> list[Match]:
        """The names that are the same as a text apart from brackets, empty words and the order of words."""
        return self.find_key(loose(text))

    def find_key(self, key: str) -> list[Match]:
        """The names with a weaker key, given as :func:`spasmkg.folding.loose` makes it."""
        return [self.at_home(m, part) for part in self.parts for m in part.find_loose(key)] if key else []

    def at_home(self, match: Match, part: Part) -> Match:
        """A match in a part with its term as its own vocabulary has it: a set of mappings repeats labels, but knows no kinds."""
        if part.graph == match.term.vocabulary:
            return match
        term = self.term(match.term.id) or match.term
        scope = "exact" if match.scope == "label" and term.label != match.text else match.scope
        return Match(term, match.text, scope)

    def knows(self, prefix: str) -> bool:
        """Whether a term with this prefix is loaded, or linked to from one that is."""
        return any(part.knows(prefix) for part in self.parts)

    def names(self, identifier: str) -> list[tuple[str, str]]:
        """(text, scope) of every name of a term, in whichever graph."""
        return list(dict.fromkeys(n for part in self.parts for n in part.names(identifier)))

    def term(self, identifier: str) -> Term | None:
        """A term by its identifier: from the graph of its own vocabulary, or else from any that knows it."""
        if identifier not in self._terms:
            if len(self._terms) > _MOST:
                self._terms.clear()
            self._terms[identifier] = self._find_term(identifier)
        return self._terms[identifier]

    def _find_term(self, identifier: str) -> Term | None:
        found = None
        for part in self._by_home(identifier):
            if term := part.term(identifier):
                if term.label:
                    return term
                found = found or term
        return found

    def _by_home(self, identifier: str) -> Iterator[Part]:
        own = identifier.partition(":")[0]
        yield from (p for p in self.parts if p.graph == own)
        yield from (p for p in self.parts if p.graph != own)

    # ---- links ----

    def links(self, identifier: str, how: str = "") -> list[tuple[str, str]]:
        """(how, other) of the links of a term, or those of one sort."""
        return list(dict.fromkeys(x for part in self.parts for x in part.links(identifier, how)))

    def backlinks(self, identifier: str, how: str = "") -> list[tuple[str, str]]:
        """(how, other) of the links that lead to a term."""
        return list(dict.fromkeys(x for part in self.parts for x in part.backlinks(identifier, how)))

    def ties(self, identifier: str) -> list[tuple[str, str]]:
        """(how, other) of the links of a term in either direction."""
        return list(dict.fromkeys(self.links(identifier) + self.backlinks(identifier)))

    def current(self, identifier: str) -> str:
        """What took the place of an obsolete term; the term itself where it is in use; empty where nothing did."""
        seen = set()
        while identifier not in seen:
            seen.add(identifier)
            term = self.term(identifier)
            if term is None or not term.obsolete:
                return identifier
            identifier = next((other for _, other in self.links(identifier, "replaced")), "")
            if not identifier:
                return ""
        return ""

    @cached_property
    def own(self) -> Part:
        """The part of our own entities."""
        return next(p for p in self.parts if p.graph == OWN)


# ---- keeping ----


@cache_of_process
def _form() -> str:
    made_by = [*(Path(__file__).parent / name for name in _CODE), *(ontology_dir() / name for name in _PREFIXES)]
    return sha256(b"".join(file.read_bytes() for file in made_by)).hexdigest()[:16]


def _kept(home: Path, store: Store, graph: str, report: Callable[[str], None]) -> str:
    """The name of the part of a graph, made where it is not there yet.

    Two processes may make it at once: each works in a folder of its own, and the first to finish is kept.
    """
    digest, rows_of = columns(store, GRAPHS + graph if graph != OWN else OWN)
    name = sha256(f"{_form()} {graph} {digest}".encode()).hexdigest()[:24]
    if (home / name / "ready").is_file():
        os.utime(home / name / "ready")
        return name
    if graph != OWN:
        report(f"indexing the names of {graph} (once; kept for the next time)")
    _make(home, name, rows_of)
    return name


def _make(home: Path, name: str, rows_of: list[Column]) -> None:
    scratch = Path(tempfile.mkdtemp(dir=home, prefix=".making-"))
    try:
        made = scratch / "part"
        made.mkdir()
        write_part(made, facts(rows_of))
        (made / "ready").touch()
        try:
            made.rename(home / name)
        except OSError:
            if not (home / name / "ready").is_file():
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _recall(home: Path, stamp: str) -> dict[str, str]:
    """By graph the part that was made when the store had this stamp."""
    note = home / f"{sha256(stamp.encode()).hexdigest()[:24]}.json"
    try:
        held = json.loads(note.read_bytes())
        if note.stat().st_mtime < time.time() - _WEEK / 7:
            os.utime(note)
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _remember(home: Path, stamp: str, keys: dict[str, str]) -> None:
    """Write down which parts go with a stamp; forget stamps and parts that nobody has used for a week."""
    files.replace_file(home / f"{sha256(stamp.encode()).hexdigest()[:24]}.json", json.dumps(keys).encode())
    old = time.time() - _WEEK
    for note in home.glob("*.json"):
        if note.stat().st_mtime < old:
            note.unlink(missing_ok=True)
    used = {name for note in home.glob("*.json") for name in json.loads(note.read_bytes()).values()}
    for ready in home.glob("*/ready"):
        if ready.parent.name not in used and ready.stat().st_mtime < old:
            shutil.rmtree(ready.parent, ignore_errors=True)
