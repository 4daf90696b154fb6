"""Finding an entity by any spelling of its identifier, name, synonym or plural, with typing errors.

The index is one SQLite file with FTS5 (https://www.sqlite.org/fts5.html): a table of folded names for exact
look-ups, a word index for several words, a trigram index that feeds the ranking of misspelt names.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from spasmkg import namespaces as ns
from spasmkg.errors import UsageError
from spasmkg.folding import fold
from spasmkg.model import Hit
from spasmkg.namespaces import local
from spasmkg.store import Store

__all__ = ["Index", "fold", "write_index"]

_SCOPES = {
    ns.RDFS_LABEL: "label",
    ns.SKOS + "altLabel": "exact synonym",
    ns.OBOINOWL + "hasNarrowSynonym": "narrow synonym",
    ns.OBOINOWL + "hasBroadSynonym": "broad synonym",
    ns.OBOINOWL + "hasRelatedSynonym": "related synonym",
    ns.SKOS + "hiddenLabel": "spelling",
}
_SCORE = {
    "identifier": 1.0,
    "label": 1.0,
    "exact synonym": 0.95,
    "spelling": 0.95,
    "narrow synonym": 0.8,
    "broad synonym": 0.75,
    "related synonym": 0.7,
}


def _names(store: Store) -> Iterable[tuple[str, str, str, str]]:
    """(IRI, kind, name, scope) of every name of every entity."""
    values = " ".join(f"<{p}>" for p in _SCOPES)
    query = f"""SELECT ?x ?kind ?p ?name WHERE {{ VALUES ?p {{ {values} }}
        VALUES ?g {{ graph:entities graph:groupings graph:ontology graph:user }}
        GRAPH ?g {{ ?x a ?kind ; ?p ?name }} FILTER(STRSTARTS(STR(?kind), STR(spasm:))) }} ORDER BY ?x ?p ?name"""
    for x, kind, p, name in store.select(query):
        if local(kind.value) not in ("Certainty", "Phase"):
            yield x.value, local(kind.value), name.value, _SCOPES[p.value]


def write_index(store: Store, path: Path | str) -> None:
    """Write the search index of a store to a new SQLite file."""
    base = sqlite3.connect(path)
    with base:
        base.executescript("""
            CREATE TABLE name (iri TEXT, kind TEXT, name TEXT, scope TEXT, folded TEXT);
            CREATE TABLE entity (iri TEXT PRIMARY KEY, kind TEXT, label TEXT) WITHOUT ROWID;
            CREATE VIRTUAL TABLE word USING fts5(folded, content='name', content_rowid='rowid', prefix='2 3');
            CREATE VIRTUAL TABLE gram USING fts5(folded, content='name', content_rowid='rowid', tokenize='trigram');
        """)
        for iri, kind, name, scope in _names(store):
            if kind in ("Quantity", "DosePhase"):
                continue
            base.execute("INSERT INTO name VALUES (?, ?, ?, ?, ?)", (iri, kind, name, scope, fold(name)))
            if scope == "label":
                base.execute("INSERT OR REPLACE INTO entity VALUES (?, ?, ?)", (iri, kind, name))
        base.executescript("""
            CREATE INDEX by_folded ON name (folded);
            INSERT INTO word (word) VALUES ('rebuild');
            INSERT INTO gram (gram) VALUES ('rebuild');
        """)
    base.close()


class Index:
    """A search index, read-only."""

    def __init__(self, path: Path | str) -> None:
        self._base = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)

    @classmethod
    def of(cls, store: Store) -> Index:
        """An index held in memory."""
        import tempfile

        index = cls.__new__(cls)
        index._base = sqlite3.connect(":memory:", check_same_thread=False)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "search.sqlite")
            write_index(store, path)
            source = sqlite3.connect(path)
            source.backup(index._base)
            source.close()
        return index

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def by_iri(self, iri: str) -> Hit | None:
        """The entity with this IRI."""
        row = self._base.execute("SELECT iri, label, kind FROM entity WHERE iri = ?", (iri,)).fetchone()
        return Hit(row[0], row[1], row[2], ns.contract(iri), "identifier", 1.0) if row else None

    def exact(self, text: str) -> list[Hit]:
        """Entities that the text names exactly: by identifier in any spelling, label, or synonym of the same meaning."""
        if hit := self._by_identifier(text):
            return [hit]
        rows = self._base.execute("SELECT iri, name, scope FROM name WHERE folded = ?", (fold(text),)).fetchall()
        best: dict[str, Hit] = {}
        for hit in self._ranked(rows, "is", 1.0):
            if hit.score >= 0.95 and hit.score > (best[hit.iri].score if hit.iri in best else 0):
                best[hit.iri] = hit
        return list(best.values())

    def _by_identifier(self, text: str) -> Hit | None:
        text = text.strip()
        if re.fullmatch(r"[A-Za-z0-9-]+", text) and (
            hit := self.by_iri(ns.spasm(text)) or self.by_iri(ns.spasm(text.lower()))
        ):
            return hit
        if ":" in text:
            try:
                iri = ns.expand(text)
            except UsageError:
                return None
            return self.by_iri(iri) or (self.by_iri(ns.spasm(local(iri).lower())) if iri.startswith(ns.SPASM) else None)
        return None

    def search(self, text: str, limit: int = 20, kind: str = "") -> list[Hit]:
        """The entities that fit the text best, best first, each with why it fits.

        Exact names come first, then names that contain all words, then names that are nearly the text.
        """
        text = text.strip()
        hits: dict[str, Hit] = {}

        def add(found: Iterable[Hit]) -> None:
            for hit in found:
                if (not kind or hit.kind == kind) and (hit.iri not in hits or hits[hit.iri].score < hit.score):
                    hits[hit.iri] = hit

        if hit := self._by_identifier(text):
            add([hit])
        folded = fold(text)
        if folded:
            rows = self._base.execute("SELECT iri, name, scope FROM name WHERE folded = ?", (folded,)).fetchall()
            add(self._ranked(rows, "is", 1.0))
            query = " ".join(f'"{w}"*' for w in folded.split())
            rows = self._base.execute(
                "SELECT n.iri, n.name, n.scope FROM word JOIN name n ON n.rowid = word.rowid "
                "WHERE word MATCH ? ORDER BY bm25(word) LIMIT 200",
                (query,),
            ).fetchall()
            for iri, name, scope in rows:
                share = len(folded) / max(len(fold(name)), 1)
                add(self._ranked([(iri, name, scope)], "contains the words in", 0.5 + 0.35 * min(share, 1.0)))
            if not any(h.score >= 0.85 for h in hits.values()):
                add(self._fuzzy(folded, text.lower(), 0.45 if hits else 0.84))  # what has the words comes first
        return sorted(hits.values(), key=lambda h: (-h.score, h.label, h.iri))[:limit]

    def _fuzzy(self, folded: str, typed: str, weight: float) -> list[Hit]:
        from rapidfuzz.distance import OSA

        grams = {folded[i : i + 3] for i in range(len(folded) - 2)}
        if len(folded) >= 3:
            query = " OR ".join(f'"{g}"' for g in sorted(grams))
            rows = self._base.execute(
                "SELECT n.iri, n.name, n.scope, n.folded FROM gram JOIN name n ON n.rowid = gram.rowid "
                "WHERE gram MATCH ? ORDER BY bm25(gram) LIMIT 120",
                (query,),
            ).fetchall()
        else:
            rows = []
        if len(folded) <= 8 or not rows:  # one error may spoil every trigram of a short word
            rows += self._base.execute(
                "SELECT iri, name, scope, folded FROM name WHERE length(folded) BETWEEN ? AND ?",
                (len(folded) - 1, len(folded) + 1),
            ).fetchall()
        hits = []
        for iri, name, scope, other in rows:
            # folding may turn one typing error into several: "exercies" loses its last letters as a plural
            near = max(OSA.normalized_similarity(folded, other), OSA.normalized_similarity(typed, name.lower()))
            if near >= 0.65:
                hits += self._ranked([(iri, name, scope)], "is nearly", weight * near)
        return hits

    def _ranked(self, rows: Iterable[tuple[str, str, str]], how: str, weight: float) -> list[Hit]:
        hits = []
        for iri, name, scope in rows:
            row = self._base.execute("SELECT label, kind FROM entity WHERE iri = ?", (iri,)).fetchone()
            if row:
                why = scope if how == "is" else f"{how} the {scope}"
                hits.append(Hit(iri, row[0], row[1], name, why, round(weight * _SCORE[scope], 3)))
        return hits
