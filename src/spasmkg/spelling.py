"""Suggestions for names that are not quite right."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["nearest"]


def nearest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """The known names that differ least from a name, best first; none where nothing is near.

    Closeness is the edit distance with transpositions (optimal string alignment) relative to the length.

    >>> nearest("baclofin", ["baclofen", "diazepam"])
    ['baclofen']
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extract(
        name.lower(), {k: k.lower() for k in known}, scorer=OSA.normalized_similarity, limit=limit, score_cutoff=0.6
    )
    best = max((score for _, score, _ in found), default=0.0)
    return [key for _, score, key in found if score >= best - 0.15]
