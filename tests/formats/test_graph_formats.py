"""The edges in the formats of graph tools: whatever a label holds, each tool reads back what was written."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmkg.cli import main
from spasmkg.cli.parser import make_parser
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.export import FORMATS, PAIRS
from spasmkg.formats import graphs
from spasmkg.graph import LAYERS
from spasmkg.looks import KINDS, LINES, SHAPES
from spasmkg.model import CERTAINTIES
from spasmkg.styles import desktop, javascript

names = st.from_regex(r"[a-z]{1,3}:[A-Za-z0-9./#%é-]{1,5}", fullmatch=True)
nasty = st.text(max_size=12) | st.sampled_from(
    ['"', "\\", '\\"', "a\\", "&amp;", "]]>", "<b>", "\x00\x0b", "\ufffe", "\r\n", "\r", "\t", " a ", "=1+1", "\\N", "−10 °C"]
)  # fmt: skip


@st.composite
def networks(draw):
    network = nx.MultiDiGraph()
    for node in draw(st.lists(names, min_size=1, max_size=4, unique=True)):
        kind = draw(st.sampled_from([*KINDS, "Unheard", ""]))
        network.add_node(node, iri=f"https://example.org/{node}", label=draw(nasty), kind=kind, roles=draw(nasty))
    ends = st.sampled_from(sorted(network))
    for s, o, key in draw(st.lists(st.tuples(ends, ends, st.sampled_from("pqr")), max_size=6, unique=True)):
        network.add_edge(
            s,
            o,
            key=key,
            predicate=f"https://example.org/{key}",
            label=draw(nasty),
            inverse=draw(nasty),
            certainty=draw(st.sampled_from(CERTAINTIES)),
            layer=draw(st.sampled_from(LAYERS)),
            inferred=draw(st.booleans()),
            claims=draw(nasty),
        )
    return network


def fit(value):
    """What XML can hold of a text; by the letter of XML 1.0, 2.2, character by character."""
    if not isinstance(value, str):
        return value
    return "".join(
        c if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000" else "\ufffd"
        for c in value
    )


def unpack(network, change=lambda x: x):
    nodes = {n: {k: change(v) for k, v in d.items()} for n, d in network.nodes(data=True)}
    edges = {f"{s}|{k}|{o}": {n: change(v) for n, v in d.items()} for s, o, k, d in network.edges(keys=True, data=True)}
    return nodes, edges


@given(networks())
def test_graphml_comes_back_through_networkx(network):
    read = nx.read_graphml(io.BytesIO(graphs.graphml(network)), force_multigraph=True)
    nodes, edges = unpack(network, fit)
    assert dict(read.nodes(data=True)) == nodes
    found = {key: data for *_, key, data in read.edges(keys=True, data=True)}
    assert {k: {n: v for n, v in d.items() if n != "id"} for k, d in found.items()} == edges


@given(networks())
def test_gexf_comes_back_through_networkx(network):
    read = nx.read_gexf(io.BytesIO(graphs.gexf(network)), version="1.3")
    nodes, edges = unpack(network, fit)
    assert {n: {k: v for k, v in d.items() if k != "viz"} for n, d in read.nodes(data=True)} == nodes
    found = {d["id"]: {n: v for n, v in d.items() if n != "id"} for *_, d in read.edges(data=True)}
    assert found == edges


def test_gexf_has_no_date_and_keeps_parallel_edges_apart():
    network = nx.MultiDiGraph()
    network.add_edge("a", "b", key="p")
    network.add_edge("a", "b", key="q")
    tree = ET.fromstring(graphs.gexf(network))
    space = "{http://gexf.net/1.3}"
    assert "lastmodifieddate" not in tree.find(f"{space}meta").attrib
    assert [e.get("kind") for e in tree.iter(f"{space}edge")] == ["p", "q"]


@given(networks())
def test_cyjs_has_elements_with_ids_and_ends(network):
    read = json.loads(graphs.cyjs(network))
    nodes, edges = unpack(network)
    found = {n["data"]["id"]: n["data"] for n in read["elements"]["nodes"]}
    assert {k: {n: d[n] for n in nodes[k]} for k, d in found.items()} == nodes
    tied = {e["data"]["id"]: e["data"] for e in read["elements"]["edges"]}
    assert {k: {n: d[n] for n in edges[k]} for k, d in tied.items()} == edges
    assert [(d["source"], d["interaction"], d["target"]) for d in tied.values()] == [
        (s, k, o) for s, o, k in network.edges(keys=True)
    ]
    assert read["style"] == json.loads(json.dumps(javascript()))


def rows(data):
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


@given(networks())
def test_the_tables_come_back_as_they_are(network):
    nodes, edges = unpack(network)
    assert {r.pop("id"): r for r in rows(graphs.node_table(network))} == nodes
    read = rows(graphs.edge_table(network))
    assert len(read) == len(edges)
    for row, (s, o, data) in zip(read, network.edges(data=True), strict=True):
        assert (row["subject"], row["object"], row["predicate"]) == (s, o, data["predicate"])
        assert (row["subject_label"], row["object_kind"]) == (nodes[s]["label"], nodes[o]["kind"])
        assert row["inferred"] == str(data["inferred"]).lower()
        assert all(row[name] == data[name] for name in ("label", "certainty", "layer", "claims"))


STRING = r'"((?:[^"\\]|\\.)*)"'


def dot_statements(data: bytes):
    """(ends, attributes) of each statement: a reader of the part of DOT that we write, by the letter of its grammar."""
    text = data.decode()
    body = re.fullmatch(r"digraph spasmkg \{\n(?:  (?:graph|node|edge) \[[^\n]*\];\n){3}(.*)\}\n", text, re.DOTALL)[1]
    statement = re.compile(rf"  {STRING}(?: -> {STRING})? \[((?:\w+={STRING}(?:, )?)+)\];\n", re.DOTALL)
    place = 0
    while place < len(body):
        match = statement.match(body, place)
        assert match, body[place : place + 200]
        found = dict(re.findall(rf"(\w+)={STRING}", match[3], re.DOTALL))
        yield tuple(e for e in match.group(1, 2) if e is not None), {k: shown(v) for k, v in found.items()}
        place = match.end()


def shown(text: str) -> str:
    """What Graphviz shows of a string: its escapes and entities taken out."""
    text = re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), text, flags=re.DOTALL)
    assert not re.search(r"&(?!amp;)", text)
    return text.replace("&amp;", "&")


@given(networks())
def test_dot_shows_what_was_written(network):
    def plain(value):
        return re.sub("\r\n?", "\n", fit(value)) if isinstance(value, str) else str(value).lower()

    nodes, edges = unpack(network, plain)
    found = list(dot_statements(graphs.dot(network)))
    assert {ends[0]: {k: a[k] for k in nodes[ends[0]]} for ends, a in found if len(ends) == 1} == nodes
    tied = [(f"{e[0]}|{a['predicate'].rsplit('/', 1)[1]}|{e[1]}", a) for e, a in found if len(e) == 2]
    assert {k: {n: a[n] for n in edges[k]} for k, a in tied} == edges


def test_a_quote_or_a_backslash_does_not_end_a_string_of_dot():
    network = nx.MultiDiGraph()
    network.add_node("a", label='x"]; evil [label="', kind="Drug")
    network.add_node("b", label="ends in \\", kind="Drug")
    assert [a["label"] for _, a in dot_statements(graphs.dot(network))] == ['x"]; evil [label="', "ends in \\"]


# ---- what is exported ----


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], {"edges", "groupings"}),
        (["inferred"], {"edges", "groupings", "inferred"}),
        (["edges"], {"edges"}),
        (["inferred", "edges"], {"edges", "inferred"}),
        (["groupings"], {"groupings"}),
    ],
)
def test_layers_choose_the_edges(kg, layers, expected):
    found = rows(kg.export("csv", layers))
    assert {r["layer"] for r in found} == expected
    assert {r["inferred"] for r in found if r["layer"] == "inferred"} <= {"true"}
    assert {r["inferred"] for r in found if r["layer"] != "inferred"} == {"false"}


@pytest.mark.parametrize("media", graphs.GRAPHS)
def test_a_layer_without_edges_is_refused(kg, media):
    with pytest.raises(UsageError, match=r"holds no edges.*edges, groupings, user, inferred"):
        kg.export(media, ["claims"])
    with pytest.raises(NotFoundError, match="no layer"):
        kg.export(media, ["edgse"])


def test_the_filters_are_those_of_networkx(kg):
    wanted = {"kinds": ["Drug", "Finding"], "predicates": ["has side effect"], "certainty": "usual"}
    graph = kg.networkx(**wanted)
    found = rows(kg.export("csv", **wanted))
    assert found
    assert {(r["subject"], r["object"]) for r in found} == set(graph.edges())
    assert len(found) < len(rows(kg.export("csv", kinds=wanted["kinds"], predicates=wanted["predicates"])))


def test_a_predicate_that_is_inferred_may_be_asked_for_by_name(kg):
    assert {r["layer"] for r in rows(kg.export("csv", predicates=["corrects"]))} == {"inferred"}


def test_filters_are_for_formats_of_edges(kg):
    with pytest.raises(UsageError, match="turtle takes none"):
        kg.export("turtle", kinds=["Drug"])
    with pytest.raises(NotFoundError, match="usual"):
        kg.export("csv", certainty="usuall")


def test_every_format_carries_the_same_edges(kg):
    layers = ["inferred"]
    expected = {
        f"{r['subject']}|{r['predicate'].split(':', 1)[1]}|{r['object']}" for r in rows(kg.export("csv", layers))
    }
    elements = json.loads(kg.export("cyjs", layers))["elements"]
    assert {e["data"]["id"] for e in elements["edges"]} == expected
    ids = {n["data"]["id"] for n in elements["nodes"]}
    assert {end for e in elements["edges"] for end in (e["data"]["source"], e["data"]["target"])} == ids
    assert {r["id"] for r in rows(kg.export("csv-nodes", layers))} == ids
    for media, tag in (
        ("graphml", "{http://graphml.graphdrawing.org/xmlns}edge"),
        ("gexf", "{http://gexf.net/1.3}edge"),
    ):
        assert {e.get("id") for e in ET.fromstring(kg.export(media, layers)).iter(tag)} == expected
    assert sum(len(ends) == 2 for ends, _ in dot_statements(kg.export("dot", layers))) == len(expected)


def test_an_edge_carries_all_that_is_known_of_it(kg):
    edges = json.loads(kg.export("cyjs"))["elements"]["edges"]
    (edge,) = (e["data"] for e in edges if e["data"]["id"] == "spasm:baclofen|hasSideEffect|spasm:dizziness")
    assert edge["label"] == "has side effect"
    assert (edge["certainty"], edge["layer"], edge["inferred"]) == ("asserted", "edges", False)
    assert edge["claims"].startswith("claim:drugs-1-")


# ---- looks ----


def test_every_kind_and_certainty_has_a_look(kg):
    kinds = {kind for _, kind in kg.networkx(layers=LAYERS).nodes(data="kind")}
    assert kinds - set(KINDS) == set()
    assert set(LINES) == set(CERTAINTIES)
    assert {k.shape for k in KINDS.values()} <= set(SHAPES)


def test_two_kinds_never_look_alike():
    looks = [(k.hue, k.shape, k.hollow) for name, k in KINDS.items() if name not in ("Condition", "Spasm")]
    assert len(set(looks)) == len(looks)


def test_the_style_for_cytoscape_maps_columns_that_the_exports_make(kg):
    style = ET.fromstring(kg.export("cytoscape-style"))
    assert kg.export("cytoscape-style") == desktop()
    elements = json.loads(kg.export("cyjs"))["elements"]
    for part, columns in (("node", elements["nodes"][0]["data"]), ("edge", elements["edges"][0]["data"])):
        mapped = {m.get("attributeName") for m in style.iterfind(f".//{part}/visualProperty/*")}
        assert mapped
        assert mapped <= set(columns)
    known = {
        "ELLIPSE",
        "RECTANGLE",
        "ROUND_RECTANGLE",
        "TRIANGLE",
        "PARALLELOGRAM",
        "DIAMOND",
        "HEXAGON",
        "OCTAGON",
        "VEE",
    }
    shapes = style.find(".//visualProperty[@name='NODE_SHAPE']")
    assert {e.get("value") for e in shapes.iter("discreteMappingEntry")} <= known
    lines = style.find(".//visualProperty[@name='EDGE_LINE_TYPE']")
    given = {e.get("attributeValue"): e.get("value") for e in lines.iter("discreteMappingEntry")}
    assert set(given) == set(CERTAINTIES)
    assert len(set(given.values())) == len(given)


def test_the_style_of_cytoscape_js_tells_certainties_apart():
    rules = {r["selector"]: r["style"] for r in javascript()}
    lines = [json.dumps(rules[f'edge[certainty = "{c}"]'], sort_keys=True) for c in CERTAINTIES]
    assert len(set(lines)) == len(lines)
    assert rules["edge[?inferred]"]["line-outline-color"] == "#6b3fa0"


# ---- the command ----


def test_the_command_offers_every_format():
    actions = make_parser("export")._subparsers._group_actions[0].choices["export"]._actions
    (choices,) = (a.choices for a in actions if a.dest == "format")
    assert tuple(choices) == (*FORMATS, *PAIRS)


def test_the_command_filters(kg, capsysbinary):
    assert main(["export", "--format", "csv", "--kind", "Drug", "--kind", "Finding", "--certainty", "usual"]) == 0
    assert capsysbinary.readouterr().out == kg.export("csv", kinds=["Drug", "Finding"], certainty="usual")
    assert main(["export", "--kind", "Drug"]) == 1
    assert b"turtle takes none" in capsysbinary.readouterr().err
    assert main(["export", "--format", "gexf", "--layer", "claims"]) == 1
    assert b"holds no edges" in capsysbinary.readouterr().err
