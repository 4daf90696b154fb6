"""The edges in the formats of graph tools: GraphML, GEXF, Cytoscape JSON, tables, Graphviz.

Every writer takes a ``MultiDiGraph`` as :func:`spasmkg.networks.of_edges` makes it and keeps its order, so the same
graph gives the same bytes. A character that XML cannot hold becomes U+FFFD in the XML formats and in DOT.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from spasmkg import namespaces as ns
from spasmkg.errors import UsageError
from spasmkg.graph import LAYERS, STATED
from spasmkg.looks import INFERRED, INK, LINES, PAPER, SHAPES, look

if TYPE_CHECKING:
    import networkx as nx

    from spasmkg.store import Store

__all__ = ["GRAPHS", "write"]

_NODE = ("iri", "label", "kind", "roles")
_EDGE = ("predicate", "label", "inverse", "certainty", "layer", "inferred", "claims")
_UNFIT = r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def write(
    store: Store,
    media: str,
    layers: tuple[str, ...] = (),
    kinds: tuple[str, ...] = (),
    predicates: tuple[str, ...] = (),
    certainty: str = "",
) -> bytes:
    """The edges of a store in one of :data:`GRAPHS`.

    Without ``layers`` what is stated; ``inferred`` comes on top of that; any other narrows it to those named.
    ``kinds`` are names of kinds or roles that both ends must have, ``predicates`` IRIs, ``certainty`` the least one.
    An imported vocabulary or graph (``vocabulary/HP``) is one to narrow to; with ``edges`` beside it both are given, tied by
    our exact mappings. Raises UsageError for a layer that holds no edges, NotFoundError for an unknown certainty.
    """
    imported = [layer for layer in layers if layer.startswith("vocabulary/")]
    for layer in layers:
        if layer not in LAYERS and layer not in imported:
            raise UsageError(
                f'layer "{layer}" holds no edges, which {media} is made of; use {", ".join(LAYERS)}, or another format'
            )
    from spasmkg.networks import to_networkx

    chosen = [layer for layer in LAYERS if layer in (set(layers) - {"inferred"} or STATED) or layer in layers]
    if imported and not set(layers) & set(STATED):
        chosen = [layer for layer in chosen if layer not in STATED]
    return GRAPHS[media](to_networkx(store, [*chosen, *imported], kinds, predicates, certainty))


def _nodes(network: nx.MultiDiGraph) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from network.nodes(data=True)


def _edges(network: nx.MultiDiGraph) -> Iterator[tuple[str, str, str, str, dict[str, Any]]]:
    """Id, both ends, key and attributes of every edge. Neither IRIs nor keys contain the stroke of the id."""
    for s, o, key, data in network.edges(keys=True, data=True):
        yield f"{s}|{key}|{o}", s, o, key, data


# ---- XML ----


def _xml(value: object) -> str:
    """A value as the text of an element or an attribute, the same after any parser has read it."""
    import re

    text = str(value).lower() if isinstance(value, bool) else re.sub(_UNFIT, "\ufffd", str(value))
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(char, entity)
    return text.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def _type(name: str) -> str:
    return "boolean" if name == "inferred" else "string"


def graphml(network: nx.MultiDiGraph) -> bytes:
    """GraphML, for Cytoscape, Gephi, yEd, igraph, networkx."""
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        (
            '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">'
        ),
    ]
    for part, names in (("node", _NODE), ("edge", _EDGE)):
        for name in names:
            out.append(f'<key id="{part}_{name}" for="{part}" attr.name="{name}" attr.type="{_type(name)}"/>')
    out.append('<graph id="spasmkg" edgedefault="directed">')

    def values(part: str, names: tuple[str, ...], data: dict[str, Any]) -> str:
        return "".join(f'<data key="{part}_{name}">{_xml(data.get(name, ""))}</data>' for name in names)

    for node, data in _nodes(network):
        out.append(f'<node id="{_xml(node)}">{values("node", _NODE, data)}</node>')
    for name, s, o, _, data in _edges(network):
        ends = f'source="{_xml(s)}" target="{_xml(o)}"'
        out.append(f'<edge id="{_xml(name)}" {ends}>{values("edge", _EDGE, data)}</edge>')
    return _lines([*out, "</graph>", "</graphml>"])


def gexf(network: nx.MultiDiGraph) -> bytes:
    """GEXF 1.3, for Gephi: nodes in the hue and shape of their kind, parallel edges kept apart by their kind."""
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        (
            '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">'
        ),
        "<meta><creator>spasmkg</creator></meta>",
        '<graph mode="static" defaultedgetype="directed" idtype="string">',
    ]
    parts = (("node", [n for n in _NODE if n != "label"]), ("edge", [n for n in _EDGE if n != "label"]))
    for part, names in parts:
        listed = "".join(f'<attribute id="{name}" title="{name}" type="{_type(name)}"/>' for name in names)
        out.append(f'<attributes class="{part}" mode="static">{listed}</attributes>')

    def values(names: list[str], data: dict[str, Any]) -> str:
        listed = "".join(f'<attvalue for="{name}" value="{_xml(data.get(name, ""))}"/>' for name in names)
        return f"<attvalues>{listed}</attvalues>"

    out.append("<nodes>")
    for node, data in _nodes(network):
        seen = look(data.get("kind", ""))
        r, g, b = bytes.fromhex(seen.hue[1:])
        drawn = f'<viz:color r="{r}" g="{g}" b="{b}"/><viz:shape value="{SHAPES[seen.shape].gexf}"/>'
        label = _xml(data.get("label", ""))
        out.append(f'<node id="{_xml(node)}" label="{label}">{values(parts[0][1], data)}{drawn}</node>')
    out += ["</nodes>", "<edges>"]
    for name, s, o, key, data in _edges(network):
        ends = f'source="{_xml(s)}" target="{_xml(o)}" kind="{_xml(key)}" label="{_xml(data.get("label", ""))}"'
        out.append(f'<edge id="{_xml(name)}" {ends}>{values(parts[1][1], data)}</edge>')
    return _lines([*out, "</edges>", "</graph>", "</gexf>"])


# ---- Cytoscape JSON ----


def cyjs(network: nx.MultiDiGraph) -> bytes:
    """The JSON of cytoscape.js, which Cytoscape Desktop reads too: elements, and the style for cytoscape.js."""
    from spasmkg.styles import javascript

    nodes = [{"data": {"id": n, "name": n, **_pick(_NODE, data)}} for n, data in _nodes(network)]
    edges = [
        {
            "data": {
                "id": name,
                "source": s,
                "target": o,
                "name": f"{s} ({key}) {o}",
                "interaction": key,
                **_pick(_EDGE, data),
            }
        }
        for name, s, o, key, data in _edges(network)
    ]
    head = '{"format_version":"1.0","generated_by":"spasmkg","target_cytoscapejs_version":"~3",'
    out = [head + '"data":{"name":"spasmkg"},', '"elements":{', '"nodes":[']
    out += [",\n".join(_json(n) for n in nodes), '],"edges":[', ",\n".join(_json(e) for e in edges), "]},"]
    out += ['"style":[', ",\n".join(_json(rule) for rule in javascript()), "]}"]
    return _lines(out)


def _pick(names: tuple[str, ...], data: dict[str, Any]) -> dict[str, Any]:
    return {name: data.get(name, False if name == "inferred" else "") for name in names}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# ---- tables ----


def edge_table(network: nx.MultiDiGraph) -> bytes:
    """A CSV table with one row for each edge, both ends with label and kind."""
    head = ["subject", "subject_label", "subject_kind", "predicate", "label", "object", "object_label", "object_kind"]
    rest = ["certainty", "layer", "inferred", "claims"]
    rows = []
    for _, s, o, key, data in _edges(network):
        ends = [[n, *(network.nodes[n].get(name, "") for name in ("label", "kind"))] for n in (s, o)]
        predicate = ns.contract(data["predicate"]) if data.get("predicate") else key
        values = [str(v).lower() if isinstance(v, bool) else v for v in (data.get(name, "") for name in rest)]
        rows.append([*ends[0], predicate, data.get("label", ""), *ends[1], *values])
    return _table([*head, *rest], rows)


def node_table(network: nx.MultiDiGraph) -> bytes:
    """A CSV table with one row for each node."""
    names = ["label", "kind", "roles", "iri"]
    return _table(["id", *names], [[n, *(data.get(name, "") for name in names)] for n, data in _nodes(network)])


def _table(head: list[str], rows: list[list[Any]]) -> bytes:
    import csv

    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(head)
    table.writerows(rows)
    return out.getvalue().encode()


# ---- Graphviz ----


def _quoted(value: object) -> str:
    """A quoted string of DOT that is shown as it is: no escapes, no entities, nothing that ends the string."""
    import re

    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = re.sub(_UNFIT, "\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
    for char, escaped in (("\\", "\\\\"), ('"', '\\"'), ("&", "&amp;"), ("\n", "\\n")):
        text = text.replace(char, escaped)
    return f'"{text}"'


def _attributes(**values: object) -> str:
    return ", ".join(f"{name}={_quoted(value)}" for name, value in values.items())


def dot(network: nx.MultiDiGraph) -> bytes:
    """DOT, for Graphviz: kinds as shapes and hues, certainties as lines, inferred edges double."""
    out = [
        "digraph spasmkg {",
        f'  graph [bgcolor="{PAPER}", rankdir="LR"];',
        '  node [fontname="Helvetica", fontsize="11", style="filled", penwidth="1.4"];',
        f'  edge [fontname="Helvetica", fontsize="9", color="{INK}", fontcolor="{INK}"];',
    ]
    for node, data in _nodes(network):
        seen = look(data.get("kind", ""))
        drawn = _attributes(
            shape=SHAPES[seen.shape].dot,
            style="filled,rounded" if seen.shape in ("pill", "bubble") else "filled",
            color=seen.hue,
            fillcolor=seen.fill,
            fontcolor=seen.hue if seen.hollow else PAPER,
            tooltip=f"{data.get('kind', '')}: {node}",
        )
        out.append(f"  {_quoted(node)} [{_attributes(**_pick(('label', 'kind', 'roles', 'iri'), data))}, {drawn}];")
    for name, s, o, _, data in _edges(network):
        line = LINES.get(data.get("certainty", ""), LINES["asserted"])
        drawn = _attributes(style=line.dot, penwidth=line.dot_width, tooltip=f"{data.get('certainty', '')}: {name}")
        if data.get("inferred"):
            drawn += ", " + _attributes(color=f"{INFERRED}:{INFERRED}", fontcolor=INFERRED, arrowhead="empty")
        out.append(f"  {_quoted(s)} -> {_quoted(o)} [{_attributes(**_pick(_EDGE, data))}, {drawn}];")
    return _lines([*out, "}"])


def _lines(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


GRAPHS: dict[str, Callable[[nx.MultiDiGraph], bytes]] = {
    "graphml": graphml,
    "gexf": gexf,
    "cyjs": cyjs,
    "csv": edge_table,
    "csv-nodes": node_table,
    "dot": dot,
}
"""The formats of edges, with what writes each."""
