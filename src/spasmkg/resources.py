"""Where the ontology and the queries are: inside a wheel, or beside ``src`` in a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["ontology_dir", "ontology_files", "queries_dir", "query_files"]


@cache
def _root() -> Path:
    packaged = Path(__file__).parent / "data"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


def ontology_dir() -> Path:
    """The folder of the ontology files.

    >>> (ontology_dir() / "spasmkg.ttl").is_file()
    True
    """
    return _root() / "ontology"


def ontology_files() -> list[Path]:
    """The Turtle files that the bundled graph is built from, sorted by name.

    >>> [p.name for p in ontology_files()][:2]
    ['article.ttl', 'causes.ttl']
    """
    return sorted(ontology_dir().glob("*.ttl"))


def queries_dir() -> Path:
    """The folder of the query files (``competency``, ``construct``, ``verify``).

    >>> (queries_dir() / "competency").is_dir()
    True
    """
    return _root() / "queries"


def query_files() -> list[Path]:
    """Every query file, sorted by folder and name.

    >>> query_files()[-1].parent.name
    'verify'
    """
    return sorted(queries_dir().glob("*/*.rq"))
