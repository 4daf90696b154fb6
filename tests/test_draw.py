"""Pictures: legible by measure, honest about what they leave out, safe with any data, the same bytes each time."""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, boxes, outside, overlaps, problems, struck

from spasmkg import cli
from spasmkg.draw import choose, style
from spasmkg.draw.drawing import Drawing
from spasmkg.draw.layers import acyclic, compact, isotonic, order, ranks, settle
from spasmkg.draw.scene import Link, Node, Scene
from spasmkg.draw.svg import to_svg
from spasmkg.draw.text import lines, width
from spasmkg.errors import NotFoundError, NothingToDrawError, UsageError
from spasmkg.looks import KINDS, look
from spasmkg.model import CERTAINTIES
from spasmkg.outlines import OUTLINES

WHOLE = [
    ("muscle-spasm", {}),
    ("baclofen", {"inferred": True}),
    ("diuretics", {"depth": 2}),
    ("tetany", {"dark": True}),
]


@pytest.fixture(scope="module")
def edges(kg):
    return kg.graph()


def tied(graph) -> list[str]:
    return [iri for i, iri in enumerate(graph.nodes) if graph.degree[i]]


def wrong(kg, graph, iris) -> dict[str, list[str]]:
    found = {iri: problems(to_svg(choose.around(kg.store, graph, [iri]))) for iri in iris}
    return {iri: p for iri, p in found.items() if p}


# ---- nothing overlaps ----


def test_no_label_overlaps_another_in_a_sample_of_surroundings(kg, edges):
    assert wrong(kg, edges, tied(edges)[::12]) == {}


@pytest.mark.slow
@pytest.mark.parametrize("inferred", [False, True])
def test_no_label_overlaps_another_in_any_surroundings(kg, inferred):
    graph = kg.graph(inferred=inferred)
    every = tied(graph)
    assert len(every) > 800
    assert wrong(kg, graph, every) == {}


@pytest.mark.parametrize(
    "asked",
    [
        {"section": "drugs"},
        {"section": "seek-care"},
        {"section": "causes", "top": 60},
        {"schema": True},
        {"question": "drug-side-effects", "values": {"drug": "any"}},
        {"question": "depletion-offsets"},
    ],
    ids=str,
)
def test_no_label_overlaps_another_in_other_pictures(kg, asked):
    assert problems(kg.draw(**asked).svg) == []


@pytest.mark.parametrize(("name", "options"), WHOLE)
def test_no_label_overlaps_another_with_options(kg, name, options):
    assert problems(kg.draw(name, **options).svg) == []
    assert problems(kg.draw(name, "magnesium-citrate", **options).svg) == []


def test_a_planted_fault_is_found(kg):
    svg = kg.draw("baclofen").svg
    assert problems(svg) == []
    labels = [box for part, _, box in boxes(svg) if part == "edge-label"]
    x, y, w, h = labels[0]
    planted = f'<text data-part="node-label" data-box="{x + w / 2} {y} {w} {h}">planted</text></svg>'
    assert overlaps(svg.replace("</svg>", planted))
    line = f'<path class="line" d="M{x - 5} {y + h / 2}L{x + w + 5} {y + h / 2}"/></svg>'
    assert struck(svg.replace("</svg>", line))
    assert outside(svg.replace("</svg>", '<text data-part="title" data-box="-9 5 20 20">far</text></svg>'))


words = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
scenes = st.integers(1, 14).flatmap(
    lambda n: st.builds(
        lambda labels, kinds, ends, focus: Scene(
            tuple(
                Node(f"n{i}", f"https://example.org/{i}", label, kind, kind, ("Cause",) if i % 3 == 0 else ())
                for i, (label, kind) in enumerate(zip(labels, kinds, strict=True))
            ),
            tuple(
                Link(f"n{s}", f"n{o}", f"p{p}", f"relation {p}", CERTAINTIES[c], p == 3) for s, o, p, c in sorted(ends)
            ),
            tuple(f"n{i}" for i in sorted(focus)),
            "title",
            "subtitle",
            99,
        ),
        st.lists(words, min_size=n, max_size=n),
        st.lists(st.sampled_from([*KINDS, "", "Unheard"]), min_size=n, max_size=n),
        st.sets(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(0, 3), st.integers(0, 4)),
            min_size=1,
            max_size=30,
        ),
        st.sets(st.integers(0, n - 1), max_size=2),
    )
)


@settings(max_examples=60)
@given(scenes)
def test_no_label_overlaps_another_whatever_is_drawn(scene):
    assert problems(to_svg(scene)) == []


def test_texts_keep_to_their_boxes_and_are_large_enough(kg):
    for text in ET.fromstring(kg.draw("muscle-spasm").svg).iter(f"{SVG}text"):
        x, y, w, h = map(float, text.get("data-box").split())
        assert float(text.get("textLength")) == w
        assert float(text.get("x")) == x
        assert y < float(text.get("y")) < y + h
        assert 12 <= float(text.get("font-size")) <= h
        assert w >= width(text.text, float(text.get("font-size"))) - 0.1


# ---- what it shows ----


def test_the_same_picture_has_the_same_bytes(kg):
    for name, options in WHOLE:
        assert kg.draw(name, **options).svg == kg.draw(name, **options).svg
    assert kg.draw("tetany").png == kg.draw("tetany").png


def test_the_order_of_hashes_does_not_change_the_picture(kg):
    code = (
        "import spasmkg, hashlib; kg = spasmkg.open();"
        "svg = kg.draw('muscle-cramp', depth=2).svg + kg.draw(schema=True).svg;"
        "print(hashlib.sha256(svg.encode()).hexdigest())"
    )
    found = {
        subprocess.run([sys.executable, "-c", code], env=_environment(seed), capture_output=True, check=True).stdout
        for seed in "12"
    }
    assert len(found) == 1


def _environment(seed: str) -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}


def test_the_picture_says_how_much_it_shows(kg):
    whole = kg.draw("baclofen")
    assert f"all {len(whole.scene.links)} edges" in whole.svg
    part = kg.draw("baclofen", top=6)
    assert len(part.scene.nodes) == 6
    assert f"showing {len(part.scene.links)} of {len(whole.scene.links)} edges" in part.svg
    assert kg.dataset[:8] in part.svg
    assert len(kg.draw("muscle-spasm").scene.nodes) <= 28


def test_what_is_left_out_is_the_least_relevant(kg):
    scene = kg.draw("muscle-spasm", top=40).scene
    every = kg.draw("muscle-spasm", top=1000).scene
    assert {k.label for k in every.links} - {k.label for k in scene.links} == set()  # every relation is shown once
    stated = kg.draw("diuretics", inferred=True, top=12).scene
    assert {k.target for k in kg.draw("diuretics").scene.links} <= {n.id for n in stated.nodes}


def test_the_surroundings_are_the_relations_of_the_entity_without_lists(kg):
    scene = kg.draw("baclofen").scene
    mine = {r.other for r in kg.entity("baclofen").relations if not r.inferred and "listedIn" not in r.predicate}
    assert {n.iri for n in scene.nodes} - {kg.resolve("baclofen")} == {x for x in mine if x.startswith("http")}
    assert all(k.claims for k in scene.links)
    assert not any("listedIn" in k.predicate for k in scene.links)


def test_inferred_edges_and_certainties_can_be_chosen(kg):
    assert any(k.inferred for k in kg.draw("baclofen", inferred=True).scene.links)
    assert not any(k.inferred for k in kg.draw("baclofen").scene.links)
    assert {k.certainty for k in kg.draw("tetany", certainty="usual").scene.links} <= {"asserted", "usual"}


def test_two_entities_share_what_they_share(kg):
    scene = kg.draw("baclofen", "dantrolene").scene
    assert scene.title == "baclofen and dantrolene"
    assert scene.focus == ("spasm:baclofen", "spasm:dantrolene")


def test_a_section_shows_what_it_states(kg):
    scene = kg.draw(section="drugs", top=500).scene
    places = {kg.claim(c).place.rsplit("-", 1)[0] for k in scene.links for c in k.claims[:1]}
    assert "drugs" in places
    assert kg.draw(section="Evidence-Based Drugs for Muscle Spasms", top=500).scene.links == scene.links


def test_a_question_shows_the_edges_that_its_rows_rest_on(kg):
    scene = kg.draw(question="depletion-offsets").scene
    assert {(k.source, k.label, k.target) for k in scene.links} == {
        ("spasm:diuretics", "depletes", "spasm:potassium"),
        ("spasm:potassium-chloride", "replenishes", "spasm:potassium"),
    }


def test_a_question_that_counts_shows_the_edges_that_it_counts(kg):
    scene = kg.draw(question="section-claim-counts", values={"section": "section-surgery"}, top=500).scene
    assert all(any("surgery" in c for c in k.claims) for k in scene.links)
    assert len(scene.links) > 20


def test_the_schema_joins_kinds_with_counts(kg):
    scene = kg.draw(schema=True).scene
    link = next(k for k in scene.links if (k.source, k.target) == ("Drug", "Finding"))
    assert re.fullmatch(r"has side effect \(\d+\)", link.label)
    assert "pairs of kinds" in scene.source_line


def test_paths_run_from_left_to_right(kg):
    drawing = kg.draw(path=("diuretics", "muscle-cramp"))
    found = kg.paths("diuretics", "muscle-cramp")
    steps = {s.triple for p in found for s in p.steps}
    assert len(drawing.scene.links) == len(steps)
    assert problems(drawing.svg) == []
    x = {t: box[0] for _, t, box in boxes(drawing.svg)}
    assert x["diuretics"] < x["potassium"] < x["electrolyte drink"] < x["muscle cramp"]
    assert "The best 10 of 75 paths of at most 4 steps" in drawing.svg


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"names": ["list-of-symptoms"]}, NothingToDrawError, "--inferred"),
        ({"section": "drug"}, NotFoundError, "did you mean drugs"),
        ({"section": "xyzzy"}, NotFoundError, "seek-care"),
        ({"question": "drug-sideeffects"}, NotFoundError, "drug-side-effects"),
        ({"question": "drug-side-effects", "certainty": "usual"}, UsageError, "certainty does not go"),
        ({"schema": True, "inferred": True}, UsageError, "inferred does not go"),
        ({"section": "drugs", "depth": 2}, UsageError, "depth does not go"),
        ({"question": "depletion-offsets", "values": {"depleter": "baclofen"}}, NothingToDrawError, "no edge"),
        ({}, UsageError, "one thing"),
        ({"names": ["baclofen"], "schema": True}, UsageError, "one thing"),
        ({"names": ["baclofen"], "certainty": "sure"}, NotFoundError, "asserted"),
        ({"names": ["baclofen"], "top": 1}, UsageError, "2 or more"),
        ({"names": ["baclofne"]}, NotFoundError, "baclofen"),
        ({"path": ["baclofen"]}, UsageError, "two ends"),
    ],
    ids=str,
)
def test_what_cannot_be_drawn_is_said(kg, asked, error, words):
    options = dict(asked)
    with pytest.raises(error, match=re.escape(words)):
        kg.draw(*options.pop("names", ()), **options)


# ---- looks ----


def test_every_kind_of_the_ontology_has_a_look_of_its_own(kg):
    used = {kind for _, kind in kg.networkx().nodes(data="kind")}
    assert used <= set(KINDS)
    looks = [KINDS[k] for k in used]
    assert len(set(looks)) == len(looks)
    assert {one.shape for one in KINDS.values()} <= set(OUTLINES)
    assert look("") not in looks


@pytest.mark.parametrize("theme", [style.LIGHT, style.DARK])
def test_inks_stand_out_from_paper(theme):
    assert all(_contrast(c, theme.paper) >= 4.5 for c in (theme.ink, theme.ink2, theme.inferred, *theme.hues.values()))
    assert _contrast(theme.strong, theme.paper) >= 3
    assert _contrast(theme.rule, theme.paper) < 3  # the measure can fail


def _contrast(a: str, b: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(a), light(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_certainties_differ_by_their_lines(kg):
    assert len({style.LINES[c] for c in CERTAINTIES}) == len(CERTAINTIES)
    inferred = kg.draw("baclofen", inferred=True)
    assert 'class="line inferred-line"' in inferred.svg
    assert "open-head" in inferred.svg


def test_the_legend_names_what_is_present_only(kg):
    legend = {t for part, t, _ in boxes(kg.draw("dantrolene").svg) if part == "legend"}
    scene = kg.draw("dantrolene").scene
    present = {n.kind_label for n in scene.nodes} | {k.certainty for k in scene.links}
    assert legend == present | {"several of these"}  # where a line serves edges of several certainties
    assert "several of these" not in kg.draw("spasticity", certainty="asserted").svg
    assert "inferred" not in legend


# ---- formats ----


def pixels(png: bytes) -> tuple[int, int, set[bytes]]:
    """Width, height and the raw rows of a PNG."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = struct.unpack(">II", png[16:24])
    at, data = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    raw = zlib.decompress(data)
    step = len(raw) // high
    return wide, high, {raw[i : i + step] for i in range(0, len(raw), step)}


def test_a_png_has_the_size_of_the_picture_and_shows_something(kg):
    drawing = kg.draw("tetany")
    _, _, wide, high = map(float, re.search(r'viewBox="([^"]*)"', drawing.svg)[1].split())
    found = pixels(drawing.png)
    assert found[0] == pytest.approx(2 * wide, abs=1)
    assert found[1] == pytest.approx(2 * high, abs=1)
    assert len(found[2]) > 100
    assert pixels(kg.draw("tetany", scale=1, width=400).png)[0] == 400


def test_letters_of_a_png_come_from_the_fonts_of_the_package(kg):
    svg = kg.draw("tetany").svg
    without = re.sub(r"<text.*?</text>", "", svg)
    from spasmkg.draw.png import to_png

    assert to_png(svg) != to_png(without)


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_a_page_works_offline_and_lists_every_edge(kg):
    drawing = kg.draw("baclofen", inferred=True)
    page = Page()
    page.feed(drawing.html)
    tags = page.found
    assert len([1 for tag, a in tags if tag == "tr" and "data-link" in a]) == len(drawing.scene.links)
    policy = next(a["content"] for tag, a in tags if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not [a for _, a in tags if "style" in a or any(n.startswith("on") for n in a)]
    assert not [a for _, a in tags for n in ("src", "href") if n in a and not a[n].startswith("#")]
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", drawing.html))
    assert {a for a in addresses if "w3.org/2000/svg" not in a} <= {k.predicate for k in drawing.scene.links}
    for place in ("§ drugs-1", "§ surgery-2"):
        assert place in drawing.html
    assert "curator" in drawing.html


def test_the_hashes_of_a_page_are_those_of_its_script_and_style(kg):
    import base64
    import hashlib

    html = kg.draw("tetany").html
    for tag in ("script", "style"):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)[1]
        assert base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() in html


EVIL = "<script>alert('x')</script> & \"q\" ]]> </svg>"


@pytest.fixture(scope="module")
def evil(kg, tmp_path_factory):
    file = tmp_path_factory.mktemp("evil") / "evil.ttl"
    label = EVIL.replace('"', '\\"')
    file.write_text(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix spasm: <https://w3id.org/spasmkg/> .\n"
        f'spasm:evil a spasm:Drug ; rdfs:label "{label}"@en ; spasm:hasSideEffect spasm:nausea, spasm:evil .\n'
    )
    return kg.with_file(file)


def test_nothing_in_the_data_gets_out_of_its_text(evil):
    drawing = evil.draw("evil")
    root = ET.fromstring(drawing.svg)
    assert EVIL in "".join(root.itertext())
    assert not list(root.iter(f"{SVG}script"))
    page = Page()
    page.feed(drawing.html)
    assert len([1 for tag, _ in page.found if tag == "script"]) == 2  # the data and our own
    assert "<script>alert" not in drawing.html
    assert pixels(drawing.png)
    assert "your file" in drawing.html
    assert "+evil.ttl" in drawing.svg


def test_control_characters_do_not_break_the_file():
    scene = Scene((Node("a", "a", "x\x00\x1b[2J\n", "Drug"), Node("b", "b", "", "")), (Link("a", "b", "p", "\x07"),))
    ET.fromstring(to_svg(scene))


def test_a_file_is_written_whole_or_not_at_all(kg, tmp_path):
    drawing = kg.draw("tetany")
    for suffix in ("svg", "png", "html"):
        assert drawing.save(tmp_path / f"x.{suffix}").read_bytes() == drawing.data(suffix)
    with pytest.raises(UsageError, match="svg, png, html"):
        drawing.save(tmp_path / "x.gif")
    (tmp_path / "old.svg").write_text("old")
    broken = Drawing(Scene((Node("a", "a", "a", ""),), (Link("a", "b", "p", "p"),)))
    with pytest.raises(KeyError):
        broken.save(tmp_path / "old.svg")
    assert (tmp_path / "old.svg").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["old.svg", "x.html", "x.png", "x.svg"]


# ---- the command ----


def test_the_command_writes_a_file_or_standard_output(tmp_path, capsys):
    aim = tmp_path / "x.svg"
    assert cli.main(["draw", "tetany", "-o", str(aim)]) == 0
    assert "all 13 edges" in capsys.readouterr().err
    assert cli.main(["draw", "tetany"]) == 0
    out = capsys.readouterr().out
    assert out == aim.read_text()
    assert cli.main(["draw", "--query", "drug-side-effects", "--drug", "any", "-o", str(aim)]) == 0
    assert cli.main(["draw", "--query", "section-claim-counts", "--section", "section-surgery", "-o", str(aim)]) == 0
    assert cli.main(["draw", "--schema", "-o", str(tmp_path / "x"), "--format", "html"]) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["list-of-symptoms"], 1, "nothing to draw"),
        (["baclofen", "--tops", "3"], 2, "did you mean --top"),
        (["--query", "drug-side-effects", "--drgu", "baclofen"], 2, "--drug"),
        (["--query", "drug-side-effects", "--drug"], 2, "needs a value"),
        (["baclofen", "--scale", "0"], 2, "scale"),
        (["baclofen", "--top", "x"], 2, "above 0"),
    ],
)
def test_a_slip_makes_no_file(tmp_path, capsys, arguments, code, words):
    assert cli.main(["draw", "-o", str(tmp_path / "x.svg"), *arguments]) == code
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_suffix_that_names_no_format_is_refused(tmp_path, capsys):
    assert cli.main(["draw", "baclofen", "-o", str(tmp_path / "x.gif")]) == 2
    assert ".svg, .png or .html" in capsys.readouterr().err


# ---- arranging ----

graphs = st.integers(2, 9).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda a: a[0] != a[1]), unique=True, max_size=20
        ),
    )
)  # fmt: skip


@given(graphs)
def test_ranks_follow_the_arcs(graph):
    count, arcs = graph
    turned = acyclic(count, arcs)
    assert {frozenset(a) for a in turned} == {frozenset(a) for a in arcs}
    rank = ranks(count, turned)
    assert all(rank[u] < rank[v] for u, v in turned)
    dense = compact(rank, arcs)
    assert all(dense[u] != dense[v] for u, v in arcs)
    assert max(dense) <= max(rank)


@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(0.1, 5), st.floats(0, 9)), min_size=1, max_size=6))
def test_places_are_apart_and_no_shift_is_better(rows):
    wanted, weights, apart = (list(x) for x in zip(*rows, strict=True))
    found = isotonic(wanted, weights, apart[1:])
    assert all(b - a >= d - 1e-6 for a, b, d in zip(found, found[1:], apart[1:], strict=False))

    def cost(places):
        return sum(w * (p - a) ** 2 for p, a, w in zip(places, wanted, weights, strict=True))

    for i in range(len(found)):  # moving a run of places outwards keeps their distances
        for moved in (
            [*found[:i], *(p + 0.01 for p in found[i:])],
            [*(p - 0.01 for p in found[: i + 1]), *found[i + 1 :]],
        ):
            assert cost(moved) >= cost(found) - 1e-6


@given(graphs, st.randoms(use_true_random=False))
def test_an_order_has_no_more_crossings_and_cells_stay_apart(graph, random):
    count, arcs = graph
    columns = [list(range(count)), list(range(count, 2 * count))]
    random.shuffle(columns[1])
    segments = [(u, v + count) for u, v in arcs]

    def crossings(arranged):
        place = {c: i for column in arranged for i, c in enumerate(column)}
        pairs = [(place[a], place[b]) for a, b in segments]
        return sum((a < c) != (b < d) for i, (a, b) in enumerate(pairs) for c, d in pairs[:i] if a != c and b != d)

    arranged = order(columns, segments)
    assert [sorted(c) for c in arranged] == [sorted(c) for c in columns]
    assert crossings(arranged) <= crossings(columns)
    heights = [random.uniform(1, 30) for _ in range(2 * count)]
    y = settle(arranged, [(u, v, 1.0) for u, v in segments], heights, [4.0] * len(heights))
    for column in arranged:
        for a, b in pairwise(column):
            assert y[b] - y[a] >= (heights[a] + heights[b]) / 2 + 4 - 1e-6


@given(words, st.floats(40, 300))
def test_lines_fit(text, limit):
    for line in lines(text, 14, limit):
        assert width(line, 14) <= limit or len(line) == 1


# ---- notebooks ----


def test_a_notebook_shows_pictures_answers_entities_and_claims(kg, evil):
    drawing = kg.draw("tetany")
    assert drawing._repr_svg_() == drawing.svg
    assert drawing._repr_mimebundle_()["image/svg+xml"] == drawing.svg
    answer = kg.run("drug-side-effects", drug="dantrolene")
    shown = answer._repr_html_()
    assert "<td>hepatotoxicity</td>" in shown
    assert "complete, 2 rows" in shown
    assert shown == answer._repr_html_()
    assert [r["side_effect_label"].value for r in answer.rows] == ["hepatotoxicity", "muscle weakness"]
    assert "has been read" in answer._repr_html_()
    text = "SELECT ?x ?n { VALUES (?x ?n) { (spasm:baclofen 2) (UNDEF 'a\\tb'@en) } }"
    looked, unseen = kg.query(text), kg.query(text)
    looked._repr_html_()
    assert json.loads(looked.serialize("json"))["results"] == json.loads(unseen.serialize("json"))["results"]
    assert "showing 50 of" in kg.query("SELECT * { ?s spasm:causes ?o }")._repr_html_()
    assert kg.query("ASK {}")._repr_html_() == "<p>true</p>"
    assert "triples" in kg.query("DESCRIBE spasm:baclofen")._repr_html_()
    card = kg.entity("baclofen")._repr_html_()
    assert "has side effect" in card
    assert "claim:drugs-1-" in card
    assert "§ drugs-0" in kg.claims(subject="baclofen")[0]._repr_html_()
    assert "<script>" not in evil.entity("evil")._repr_html_()
    assert "<script>" not in evil.query("SELECT ?l { spasm:evil rdfs:label ?l }")._repr_html_()


def test_a_notebook_shows_paths_with_their_claims(kg):
    found = kg.related("diuretics", "potassium chloride", max_length=2, top=2)
    shown = found._repr_html_()
    ET.fromstring(shown)
    assert (
        f"<strong>diuretics and potassium chloride</strong></p><p>showing 2 of {found.total} paths (1 of length 1, 5 of length 2); complete</p>"
        in shown
    )
    assert (
        "<li>diuretics —depletes→ potassium ←contains— potassium chloride<ul><li>2 steps · weakest: possible" in shown
    )
    assert "<li>diuretics depletes potassium (possible, claim:causes-3-16)</li>" in shown
    assert "(inferred, possible, claim:causes-3-16, claim:supplements-3-6)" in shown
    assert "<ol>" not in (none := kg.paths("hiccups", "baclofen", max_length=1)._repr_html_())
    assert "no path: the nearest way has" in none
    assert "counting stopped" in kg.paths("diuretics", "muscle spasm", max_length=6, budget=10)._repr_html_()
    anywhere = kg.paths("diuretics", along="DrugClass -depletes-> Nutrient <-measures- Test")
    assert (anywhere.goal, anywhere.status) == ("", "1 path (1 of length 2); complete")
    assert "<strong>diuretics</strong>" in anywhere._repr_html_()
    assert "<li>and " in kg.neighbours("muscle spasm")._repr_html_()


def test_a_notebook_shows_proofs_as_nested_lists(kg):
    shown = kg.explain("diuretics", "upstreamOf", "tetany")._repr_html_()
    ET.fromstring(shown)
    assert "<strong>diuretics upstream of tetany: inferred, possible</strong>" in shown
    assert "<li>diuretics depletes calcium<ul><li>§ causes-3" in shown
    assert ", that is: low blood calcium causes tetany<ul><li>§ types-4" in shown
    stated = kg.explain("diuretics", "depletes", "potassium")._repr_html_()
    assert "stated, possible; it needs no proof</strong></p><p>§ causes-3" in stated
    assert "<ol>" not in stated
    assert "<p>given by the ontology files</p>" in kg.explain("baclofen", "a", "Drug")._repr_html_()
    assert "<p>showing 2 of " in kg.explain("dehydration", "upstreamOf", "muscle-spasm", limit=2)._repr_html_()


def test_hostile_labels_stay_text_in_paths_and_proofs(evil):
    found = evil.related("evil", "baclofen", max_length=2)
    why = evil.explain("evil", "hasSideEffectUnder", "effect on the stomach and bowel")
    for shown in (found._repr_html_(), why._repr_html_()):
        root = ET.fromstring(shown)
        assert EVIL in "".join(root.itertext())
        assert {e.tag for e in root.iter()} == {"div", "p", "strong", "ol", "ul", "li"}
    assert "your file evil.ttl, line 3" in why._repr_html_()


def test_plain_words_for_a_terminal_name_no_address(kg):
    class Printer:
        def __init__(self, value):
            value._repr_pretty_(self, False)

        def text(self, words):
            self.words = words

    (claim,) = kg.claims("diuretics", "depletes", "potassium")
    assert Printer(claim).words == claim.cite()
    assert Printer(kg.entity("baclofen")).words.startswith("baclofen (Drug): ")
    found = kg.paths("diuretics", "leg cramp", top=2)
    assert Printer(found).words.splitlines() == [*(found.text(p) for p in found), found.status]
    why = kg.explain("diuretics", "upstreamOf", "tetany")
    assert Printer(why).words.splitlines()[0] == "diuretics upstream of tetany: inferred, possible"
    assert repr(kg.query("SELECT ?x ?y { ?x a ?y } LIMIT 1")) == "<Answer (rows): x, y>"
    assert repr(kg.query("ASK {}")) == "<Answer (truth)>"


def test_inferred_relations_take_turns(kg):
    scene = kg.draw("diuretics", inferred=True).scene
    labels = {n.id: n.label for n in scene.nodes}
    offsets = {labels[k.source] for k in scene.links if k.predicate.endswith("offsetsDepletionBy")}
    assert offsets == {"calcium carbonate", "magnesium citrate", "potassium chloride"}
    assert len(scene.links) < scene.total
