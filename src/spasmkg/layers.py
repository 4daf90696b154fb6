"""The graph that is walked: our own layers, and imported ones beside them, tied by our exact mappings.

The arrays of an imported layer are kept in the user's cache folder, found by what the layer was made from: reading a
million edges anew for each command would take longer than any walk.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Sequence
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from spasmkg import __version__, cache, catalogue, outside
from spasmkg import graph as own
from spasmkg.graph import LAYERS, STATED, Graph, kinds_of, merge, number
from spasmkg.store import Store
from spasmkg.vocabularies import terms

__all__ = ["read"]

_CODE = (outside.__file__, terms.__file__, __file__)
_COLUMNS = ("subject", "predicate", "object", "certainty", "layer")
_SMALL = 20_000
"""Triples of a vocabulary that is not worth keeping arrays of."""


def read(store: Store, layers: Sequence[str] = STATED, named: Collection[str] = ()) -> Graph:
    """The edges of some layers of a store; ``vocabulary/HP`` is that of an imported vocabulary or graph.

    Beside layers of ours, imported ones are tied to them by our exact mappings, and by those whose predicate is among
    ``named``. For the rest see :func:`spasmkg.graph.read`.
    """
    ours = [layer for layer in layers if layer in LAYERS]
    imported = [layer for layer in layers if layer not in LAYERS]
    first = own.read(store, ours, named) if ours or not imported else number([])
    if not imported:
        return first
    beyond = [_layer(store, layer) for layer in imported]
    known = {n for g in beyond for n in g.nodes}
    tied = set(outside.ties(store, known, named)) if ours else set()
    kinds = kinds_of(store, {s for s, _, _ in tied}) if tied else {}
    ties = number([(*edge, 0, 0) for edge in tied], kinds, (outside.TIES,))
    return merge([first, ties, *beyond])


def _layer(store: Store, layer: str) -> Graph:
    """The edges of an imported layer, from the cache where they are kept."""
    name = _name(store, layer)
    path = Path(cache.directory()) / "layers" / f"{name}.npz"
    if name:
        try:
            return _load(path, layer)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            pass
    edges = [(*edge, 0) for edge in outside.edges(store, layer)]
    nodes = {end for s, _, o, *_ in edges for end in (s, o)}
    made = number(dict.fromkeys(edges), outside.kinds(store, layer, nodes), (layer,))
    if name:
        _keep(path, made)
    return made


def _name(store: Store, layer: str) -> str:
    """A name for what a layer consists of; empty where it is small, or nobody knows what it was made from."""
    found = [v for v in catalogue.vocabularies(store) if v.graph.endswith(f"/{layer}")]
    if not found or found[0].triples < _SMALL:
        return ""
    whole = sha256(f"{__version__} {layer} {found[0].digest} {found[0].format} {found[0].triples}".encode())
    for file in _CODE:
        whole.update(Path(file).read_bytes())
    return whole.hexdigest()[:24]


def _load(path: Path, layer: str) -> Graph:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
        names = {key: held[key].tobytes().decode().split("\n") for key in ("nodes", "predicates", "kinds")}
        size = len(names["nodes"])
        kinds = {
            kind: np.unpackbits(held[f"kind{i}"], count=size).astype(bool)
            for i, kind in enumerate(names["kinds"])
            if kind
        }
        s, p, o, certainty, place = (held[column] for column in _COLUMNS)
        return Graph.of(names["nodes"], names["predicates"], s, p, o, certainty, place, kinds, (layer,))


def _keep(path: Path, graph: Graph) -> None:
    """Write the arrays, whole or not at all; where nothing can be written the next command reads anew."""
    texts = {"nodes": graph.nodes, "predicates": graph.predicates, "kinds": list(graph.kinds)}
    arrays = {key: np.frombuffer("\n".join(names).encode(), dtype=np.uint8) for key, names in texts.items()}
    arrays |= {c: getattr(graph, c) for c in _COLUMNS}
    arrays |= {f"kind{i}": np.packbits(mask) for i, mask in enumerate(graph.kinds.values())}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as scratch:
            np.savez(scratch, **arrays)  # type: ignore[arg-type]
        Path(scratch.name).replace(path)
    except OSError:
        return
