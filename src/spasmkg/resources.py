"""Where the ontology and the queries are: inside a wheel, or beside ``src`` in a checkout.

This is on the path of every command, so ``pathlib`` is loaded only by those who ask for a Path.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "CODE",
    "dataset_hash",
    "mapping_files",
    "ontology_dir",
    "ontology_files",
    "queries_dir",
    "root",
    "short_dataset",
    "source_files",
]


@cache
def root() -> str:
    """The folder that holds ``ontology`` and ``queries``."""
    here = os.path.dirname(os.path.abspath(__file__))
    packaged = os.path.join(here, "data")
    return packaged if os.path.isdir(packaged) else os.path.dirname(os.path.dirname(here))


def ontology_dir() -> Path:
    """The folder of the ontology files.

    >>> (ontology_dir() / "spasmkg.ttl").is_file()
    True
    """
    from pathlib import Path

    return Path(root(), "ontology")


def ontology_files() -> list[Path]:
    """The files that the bundled graph is built from: Turtle files, then mapping sets, each sorted by name.

    >>> [p.name for p in ontology_files()][:2]
    ['article.ttl', 'causes.ttl']
    """
    return [*sorted(ontology_dir().glob("*.ttl")), *mapping_files()]


def mapping_files(directory: Path | None = None) -> list[Path]:
    """The mapping sets beside the ontology files, sorted by name.

    >>> mapping_files()[0].name
    'spasm-to-CHEBI.sssom.tsv'
    """
    return sorted((directory or ontology_dir()).glob("mappings/*.sssom.tsv"))


def queries_dir() -> Path:
    """The folder of the query files (``competency``, ``construct``, ``verify``).

    >>> (queries_dir() / "competency").is_dir()
    True
    """
    from pathlib import Path

    return Path(root(), "queries")


def source_files() -> list[str]:
    """Every file that the bundled graph depends on: ontology, queries, and the code that builds it; sorted.

    >>> any(f.endswith("article.ttl") for f in source_files())
    True
    """
    parts = (("ontology",), ("ontology", "mappings"), *(("queries", q) for q in _QUERIES))
    folders = [os.path.join(root(), *names) for names in parts]
    found = [entry.path for folder in folders for entry in os.scandir(folder) if entry.name.endswith(_ENDINGS)]
    code = os.path.dirname(__file__)
    return [*sorted(found, key=os.path.basename), *(os.path.join(code, name) for name in CODE)]


def dataset_hash(files: list[str] | None = None) -> str:
    """SHA-256 over the files that a graph is built from, in hexadecimal; by default those of the bundled graph.

    >>> len(dataset_hash())
    64
    """
    import hashlib

    digest = hashlib.sha256()
    for path in source_files() if files is None else files:
        with open(path, "rb") as file:
            data = file.read()
        digest.update(f"{os.path.basename(path)}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


CODE = ("build.py", "mappings.py", "rules.py", "void.py")
"""The modules that a built graph depends on."""
_ENDINGS = (".ttl", ".rq", ".sssom.tsv")
_QUERIES = ("competency", "construct", "verify")


def short_dataset(name: str) -> str:
    """The name of a dataset as people see it: the start of its hash, and what was added or withdrawn for a session.

    >>> short_dataset("24c8ca2712ab+mine.ttl-claim:causes-3-16"), short_dataset("")
    ('24c8ca27+mine.ttl-claim:causes-3-16', 'of your own')
    """
    own = len(name) - len(name.lstrip("0123456789abcdef"))
    return f"{name[:own][:8] or 'of your own'}{name[own:]}"
