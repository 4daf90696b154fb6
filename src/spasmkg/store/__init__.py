"""The engines, behind one small protocol.

Everything above this package speaks to a :class:`Store` in SPARQL and RDF text and never learns which engine
answers. A remote SPARQL endpoint or a batch engine is one more implementation of the same protocol.
"""

from spasmkg.store.folder import change, live
from spasmkg.store.oxigraph import memory, open_directory, read_triples
from spasmkg.store.protocol import Boolean, Graph, Rows, Store

__all__ = ["Boolean", "Graph", "Rows", "Store", "change", "live", "memory", "open_directory", "read_triples"]
