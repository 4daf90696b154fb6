"""Charts: what they mark is what the questions answer, nothing overlaps, and nothing of a user's file breaks out."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from itertools import pairwise
from math import cos, radians, sin
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import SVG, points

from spasmkg import build
from spasmkg.cli import main
from spasmkg.draw import style
from spasmkg.draw.charts import CHARTS
from spasmkg.draw.charts.amounts import number
from spasmkg.draw.charts.axis import axis
from spasmkg.draw.charts.marks import SHARES, certainty_mark
from spasmkg.draw.charts.sheet import Sheet, fitted
from spasmkg.draw.charts.statements import places
from spasmkg.draw.text import width
from spasmkg.errors import NotFoundError, NothingToDrawError, UsageError
from spasmkg.kg import KnowledgeGraph
from spasmkg.model import CERTAINTIES
from spasmkg.store import memory

NAMES = list(CHARTS)
HOSTILE = 'pain</text></svg><script>alert(1)</script> & "so on" \\u0001 ' + "without end " * 12

MINE = f"""
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix spasm: <https://w3id.org/spasmkg/> .
spasm:mine-drug a spasm:Drug ; rdfs:label "quinine"@en ;
  spasm:hasSideEffect spasm:nausea , spasm:mine-effect ;
  spasm:hasDosePhase spasm:mine-dose , spasm:mine-iu , spasm:mine-nothing .
spasm:mine-effect a spasm:Finding ; rdfs:label "{HOSTILE.replace('"', chr(92) + '"')}"@en .
spasm:mine-dose a spasm:DosePhase ; rdfs:label "quinine, usual"@en ; spasm:phase spasm:phase-usual-dose ;
  spasm:hasQuantity spasm:mine-q1 ; spasm:frequency 2 ; spasm:period 1 ; spasm:periodUnit "d" .
spasm:mine-q1 a spasm:Quantity ; spasm:low 0.05 ; spasm:high 250000 ; spasm:unit "mg" ; spasm:per "intake" ;
  spasm:numberText "0.05–250000 mg" .
spasm:mine-iu a spasm:DosePhase ; rdfs:label "quinine, in IU"@en ; spasm:phase spasm:phase-start ;
  spasm:hasQuantity spasm:mine-q2 .
spasm:mine-q2 a spasm:Quantity ; spasm:low 100 ; spasm:high 400 ; spasm:unit "[iU]" ; spasm:per "day" ;
  spasm:numberText "100–400 IU" .
spasm:mine-nothing a spasm:DosePhase ; rdfs:label "quinine, none"@en ; spasm:phase spasm:phase-maximum ;
  spasm:hasQuantity spasm:mine-q3 .
spasm:mine-q3 a spasm:Quantity ; spasm:low 0 ; spasm:high 0 ; spasm:unit "mg" ; spasm:per "day" ;
  spasm:numberText "0 mg" .
spasm:mine-cause a spasm:Finding ; rdfs:label "cold feet & <i>"@en ; spasm:listedIn spasm:list-of-causes ;
  spasm:brings spasm:leg-cramp ; spasm:causes spasm:muscle-cramp .
spasm:mine-idle a spasm:Finding ; rdfs:label "idle hands"@en ; spasm:listedIn spasm:list-of-causes .
spasm:brings a owl:ObjectProperty ; rdfs:label "brings"@en ; rdfs:subPropertyOf spasm:contributesTo .
"""


@pytest.fixture(scope="module")
def mine(kg, tmp_path_factory):
    """The graph with a user's file that tries to break every chart."""
    path = tmp_path_factory.mktemp("mine") / "mine.ttl"
    path.write_text(MINE, encoding="utf-8")
    return kg.with_file(path)


@pytest.fixture(scope="module")
def empty():
    return KnowledgeGraph(memory())


def without(kg, *claims):
    """The graph built again without some claims."""
    names = ("ontology", "entities", "groupings", "article", "claims", "reviews")
    layers = {
        n: [tuple(map(str, r)) for r in kg.store.select(f"SELECT ?s ?p ?o {{ GRAPH graph:{n} {{ ?s ?p ?o }} }}")]
        for n in names
    }
    gone = {f"<{c.iri}>" for c in claims}
    layers["claims"] = [t for t in layers["claims"] if t[0] not in gone]
    layers["groupings"] = []
    return KnowledgeGraph(build.build_layers(layers))


# ---- reading a picture back ----


def quads(svg):
    """(part, words, corners) of every label, turned ones as they stand."""
    found = []
    for el in ET.fromstring(svg).iter():
        if box := el.get("data-box"):
            x, y, w, h = map(float, box.split())
            corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
            if turn := el.get("data-turn"):
                angle, cx, cy = map(float, turn.split())
                assert el.get("transform") == f"rotate({turn})"
                c, s = cos(radians(angle)), sin(radians(angle))
                corners = [(cx + (a - cx) * c - (b - cy) * s, cy + (a - cx) * s + (b - cy) * c) for a, b in corners]
            found.append((el.get("data-part"), el.text or "", corners))
    return found


def near(one, two):
    """Whether the upright boxes around two shapes meet; where not, nothing else need be asked."""
    return all(
        min(p[k] for p in one) <= max(p[k] for p in two) and min(p[k] for p in two) <= max(p[k] for p in one)
        for k in (0, 1)
    )


def apart(one, two, slack=0.8):
    """Whether a line separates two convex shapes."""
    for shape in (one, two):
        for (ax, ay), (bx, by) in pairwise([*shape, shape[0]]):
            nx, ny = ay - by, bx - ax
            length = max(1e-9, (nx * nx + ny * ny) ** 0.5)
            a = [(x * nx + y * ny) / length for x, y in one]
            b = [(x * nx + y * ny) / length for x, y in two]
            if max(a) <= min(b) + slack or max(b) <= min(a) + slack:
                return True
    return False


def problems(svg):
    """Labels that overlap, that a mark runs over, or that reach over the border."""
    root = ET.fromstring(svg)
    _, _, wide, high = map(float, root.get("viewBox").split())
    every = quads(svg)
    found = [
        f"{n!r} overlaps {m!r}"
        for i, (_, n, one) in enumerate(every)
        for _, m, two in every[i + 1 :]
        if near(one, two) and not apart(one, two)
    ]
    found += [f"{n!r} is outside" for _, n, q in every if any(not (0 <= x <= wide and 0 <= y <= high) for x, y in q)]
    marks = [p for p in root.iter(f"{SVG}path") if "line" in p.get("class", "").split()]
    for path in marks:
        for x, y in points(path.get("d")):
            spot = [(x, y), (x + 0.01, y), (x, y + 0.01)]
            found += [f"a mark runs over {n!r}" for _, n, q in every if near(spot, q) and not apart(spot, q, 0)]
    return found


def marked(svg):
    """The certainty that each mark shows, read from its shapes alone, with the numbers of its links."""
    found = []
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        if group.get("class") == "edge":
            paths = [(p.get("class"), p.get("d")) for p in group.findall(f"{SVG}path")]
            if paths[0][0] == "line open-head":
                sure = "inferred"
            elif "C" not in paths[0][1]:
                sure = "implied"
            elif paths[0][0] == "line ink ring":
                sure = "asserted"
            else:
                sure = {3: "usual", 2: "possible", 1: "rare"}[paths[1][1].count("C")]
            found.append((sure, [int(n) for n in group.get("data-links").split()]))
    return found


def texts(svg, part):
    return [words for p, words, _ in quads(svg) if p == part]


# ---- every chart ----


@pytest.mark.parametrize("name", NAMES)
def test_no_label_overlaps_another_or_is_run_over(name, kg, mine):
    assert problems(kg.chart(name).svg) == []
    assert problems(mine.chart(name).svg) == []


@pytest.mark.parametrize("top", [1, 4])
@pytest.mark.parametrize("name", NAMES)
def test_a_chart_of_few_rows_fits_too(name, top, kg):
    assert problems(kg.chart(name, top=top).svg) == []


def test_an_overlap_is_noticed(kg):
    svg = kg.chart("side-effects").svg
    first = re.search(r'data-part="row" data-box="([\d.]+) ([\d.]+)', svg)
    moved = svg.replace(f'data-box="{first[1]} {first[2]}', f'data-box="{first[1]} {float(first[2]) + 20:.1f}', 1)
    assert any("overlaps" in p for p in problems(moved))
    turned = svg.replace("rotate(-45 ", "rotate(-10 ").replace('data-turn="-45 ', 'data-turn="-10 ')
    assert any("overlaps" in p for p in problems(turned))


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_has_the_same_bytes_each_time(name, kg):
    again = KnowledgeGraph(kg.store, kg.dataset)
    one, two = kg.chart(name), again.chart(name)
    assert (one.svg, one.html) == (two.svg, two.html)
    assert one.png == two.png


@pytest.mark.parametrize("name", NAMES)
def test_labels_of_a_user_are_text_and_nothing_else(name, mine):
    drawing = mine.chart(name)
    root = ET.fromstring(drawing.svg)
    assert {el.tag.removeprefix(SVG) for el in root.iter()} <= {"svg", "title", "desc", "rect", "g", "path", "text"}
    assert "<script>alert" not in drawing.html
    assert drawing.html.count("<script") == 2
    assert not re.search(r'(?:href|src)="https?://', drawing.html)


@pytest.mark.parametrize("name", NAMES)
def test_light_and_dark_differ_in_colours_alone(name, kg):
    light, dark = kg.chart(name).svg, kg.chart(name, dark=True).svg
    assert style.DARK.paper in dark
    assert style.DARK.paper not in light
    bare = re.compile(r' (?:fill|stroke)="#[0-9a-f]{6}"')
    assert bare.sub("", light) == bare.sub("", dark)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_holds_the_data_as_a_table(name, kg):
    drawing = kg.chart(name)
    rows = re.findall(r'<tr data-link="(\d+)">', drawing.html)
    shown = [g.get("data-links") for g in ET.fromstring(drawing.svg).iter(f"{SVG}g") if g.get("data-links")]
    assert Counter(rows) == Counter(numbers.split()[0] for numbers in shown)
    assert {int(n) for numbers in shown for n in numbers.split()} == set(range(len(drawing.scene.links)))
    body = drawing.html.split("<tbody>")[1].split("</tbody>")[0]
    assert all("§" in row for row in body.split("</tr>")[:-1])


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_is_saved_and_shown_as_other_pictures(name, kg, tmp_path):
    drawing = kg.chart(name, width=700)
    assert drawing._repr_svg_() == drawing.svg
    assert drawing.svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="700"')
    assert drawing.save(tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert drawing.save(tmp_path / "a.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_chart_is_an_error_and_no_file(name, empty, tmp_path, monkeypatch, capsys):
    with pytest.raises(NothingToDrawError, match="nothing to draw for the chart of"):
        empty.chart(name)
    monkeypatch.setattr("spasmkg.cli.picture.open_named", lambda _: empty)
    assert main(["draw", "--chart", name, "-o", str(tmp_path / "x.svg")]) == 1
    assert list(tmp_path.iterdir()) == []
    assert "nothing to draw" in capsys.readouterr().err


@pytest.mark.parametrize("name", NAMES)
def test_what_is_cut_is_said(name, kg):
    whole, cut = kg.chart(name), kg.chart(name, top=2)
    notes = " ".join(texts(cut.svg, "note"))
    assert re.search(r"Showing 2 of \d+", notes)
    assert "Showing" not in " ".join(texts(whole.svg, "note"))
    assert len(cut.scene.links) < len(whole.scene.links) == cut.scene.total
    assert f"showing {len(cut.scene.links)} of {len(whole.scene.links)} " in texts(cut.svg, "source")[0]


# ---- side effects ----


def stated(kg):
    """The surest certainty of each pair, from the question."""
    found = {}
    for r in kg.run("drug-side-effects", drug="any").values():
        pair = (r["drug_label"], r["side_effect_label"])
        sure = r.get("certainty_label", "asserted")
        found[pair] = min(found.get(pair, sure), sure, key=CERTAINTIES.index)
    return found


def test_a_mark_for_each_stated_side_effect(kg, mine):
    for graph in (kg, mine):
        drawing = graph.chart("side-effects")
        marks = marked(drawing.svg)
        assert Counter(sure for sure, _ in marks) == Counter(stated(graph).values())
        label = {n.id: n.label for n in drawing.scene.nodes}
        links = [drawing.scene.links[n] for _, (n,) in marks]
        assert {(label[k.source], label[k.target]) for k in links} == set(stated(graph))
        assert [k.certainty for k in links] == [sure for sure, _ in marks]


def test_columns_stand_by_how_many_drugs_share_them(kg):
    counts = {
        r["side_effect_label"]: int(r["drugs"]) for r in kg.run("side-effect-drug-counts", min_drugs="any").values()
    }
    svg = kg.chart("side-effects").svg
    columns = texts(svg, "column")
    assert columns == sorted(counts, key=lambda c: (-counts[c], c))
    margin = [w for w in texts(svg, "margin") if w.isdigit()]
    assert list(map(int, margin[-len(columns) :])) == [counts[c] for c in columns]
    effects = Counter(drug for drug, _ in stated(kg))
    assert list(map(int, margin[: -len(columns)])) == [effects[r] for r in texts(svg, "row")]


def test_rows_are_the_listed_drugs_in_order_then_others_then_classes(kg, mine):
    listed = [r["member_label"] for r in kg.run("list-members", list="list-of-drugs").values()]
    assert texts(kg.chart("side-effects").svg, "row") == [*listed, "benzodiazepine"]
    svg = mine.chart("side-effects").svg
    assert texts(svg, "row") == [*listed, "quinine", "benzodiazepine"]
    assert "mine.ttl, line 5" in texts(svg, "place")


def test_red_flags_are_flagged(kg):
    rows = kg.run("side-effects-that-are-red-flag-signs", drug="any").values()
    svg = kg.chart("side-effects").svg
    flagged = {
        g.find(f"{SVG}text").text
        for g in ET.fromstring(svg).iter(f"{SVG}g")
        if g.get("class") == "node" and any("alarm" in p.get("class") for p in g.iter(f"{SVG}path"))
    }
    assert flagged == {r["side_effect_label"] for r in rows} != set()
    assert all(r["red_flag_label"] in " ".join(texts(svg, "note")) for r in rows)


def test_a_mark_goes_with_its_claims(kg):
    gone = kg.claims(subject="baclofen", predicate="hasSideEffect")
    less = without(kg, *gone).chart("side-effects")
    assert len(marked(less.svg)) == len(marked(kg.chart("side-effects").svg)) - len(gone)
    row = texts(less.svg, "row").index("baclofen")
    assert [w for w in texts(less.svg, "margin") if w.isdigit()][row] == "0"
    assert "weakness" not in texts(less.svg, "column")


# ---- doses ----


def drawn(drawing):
    """Each amount on an axis: link of its first part, stated or derived, places of its ends from left to right."""
    found = []
    for g in ET.fromstring(drawing.svg).iter(f"{SVG}g"):
        if how := g.get("data-amount"):
            xs = [x for p in g.findall(f"{SVG}path") for x, _ in points(p.get("d"))]
            found.append((drawing.scene.links[int(g.get("data-links").split()[0])], how, min(xs), max(xs)))
    return found


def test_each_amount_a_day_is_on_the_axis_once(kg):
    drawing = kg.chart("doses")
    rows = kg.run("derived-daily-doses", medicine="any").values()
    table = drawing.chart.table.rows
    placed = {(c[0].split(":")[0], c[1], c[3]) for _, c in table if c[3]}
    wanted = set()
    for r in rows:
        low, high = float(r["lowest_mg"]), float(r["highest_mg"])
        span = number(low) if low == high else f"{number(low)}–{number(high)}"
        wanted.add((r["medicine_label"], r["phase_label"], f"{span} mg"))
    assert placed == wanted
    assert len(drawn(drawing)) == len(rows)


def test_what_is_stated_a_day_is_full_and_what_is_derived_is_hollow(kg):
    daily = {r["dose"] for r in kg.run("dose-ranges", unit="any").values() if r.get("per") == "day"}
    from spasmkg import namespaces as ns

    marks = drawn(kg.chart("doses"))
    assert {ns.expand(k.target) in daily for k, how, *_ in marks if how == "stated"} == {True}
    assert {ns.expand(k.target) in daily for k, how, *_ in marks if how == "derived"} == {False}
    for group in ET.fromstring(kg.chart("doses").svg).iter(f"{SVG}g"):
        if how := group.get("data-amount"):
            last = group.findall(f"{SVG}path")[-1]
            assert ("open-head" in last.get("class")) == (how == "derived")


def test_every_dose_is_on_an_axis_or_listed_with_why(kg, mine):
    for graph in (kg, mine):
        drawing = graph.chart("doses")
        doses = {r["dose"] for r in graph.run("dose-schemes", drug="any").values()}
        assert len(drawing.scene.links) == len(doses)
        shown = {k.target for k in drawing.scene.links}
        assert len(shown) == len(doses)
        off = [cells for _, cells in drawing.chart.table.rows if not cells[3]]
        assert all(re.fullmatch(r"on no axis: \w.+", c[4]) for c in off)
        assert len(texts(drawing.svg, "why")) == len(off)


def test_numbers_stand_as_written(kg):
    written = " ".join(texts(kg.chart("doses").svg, "written"))
    amounts = {r["amount"] for r in kg.run("dose-schemes", drug="any").values() if "amount" in r}
    assert {a for a in amounts if a not in written} == set()


def test_units_are_never_turned_into_mg(kg, mine):
    off = {cells[0]: cells for _, cells in kg.chart("doses").chart.table.rows if not cells[3]}
    assert off["vitamin D3"][4] == "on no axis: IU are not turned into mg"
    assert off["autologous mesenchymal stem cell therapy"][4] == "on no axis: cells are counted, not weighed"
    assert texts(kg.chart("doses").svg, "axis") == [
        "mg a day, logarithmic axis: each number is ten times the one before it"
    ]
    # With a second medicine in IU there is an axis of IU, beside the one of mg.
    drawing = mine.chart("doses")
    assert texts(drawing.svg, "axis")[1] == "IU a day"
    iu = {c[0] for _, c in drawing.chart.table.rows if c[3].endswith(" IU")}
    assert iu == {"vitamin D3", "quinine"}
    assert [c[4] for _, c in drawing.chart.table.rows if c[2].startswith("0 mg")] == [
        "on no axis: the amount has no range above zero"
    ]


def test_amounts_stand_in_order_on_the_axis(kg):
    drawing = kg.chart("doses")
    table = [float(c[3].split("–")[-1].split()[0].replace(",", "")) for _, c in drawing.chart.table.rows if c[3]]
    right = [x for *_, x in drawn(drawing)]
    order = sorted(range(len(table)), key=lambda i: table[i])
    # The outlines of the marks differ in how far they reach beyond their middle.
    assert all(right[a] <= right[b] + 8 for a, b in pairwise(order))


def test_the_chart_of_doses_says_that_it_is_no_advice(kg):
    for top in (None, 1):
        notes = texts(kg.chart("doses", top=top).svg, "note")
        assert "Not medical advice: doses restate one article and are not checked against a formulary." in notes[0]
    assert any("The source does not state it" in n for n in texts(kg.chart("doses").svg, "note"))


# ---- causes ----


def test_a_mark_for_each_statement_of_a_listed_cause(kg):
    listed = {r["member"] for r in kg.run("list-members", list="list-of-causes").values()}
    answer = kg.run("spasm-causes", cause=sorted(listed))
    claims = {c.iri: c for found in answer.evidence_for(list(answer.rows)) for c in found}
    drawing = kg.chart("causes")
    marks = marked(drawing.svg)
    assert Counter(sure for sure, _ in marks) == Counter(c.certainty for c in claims.values())
    assert {c for _, (n,) in marks for c in drawing.scene.links[n].claims} == set(claims)
    assert len(texts(drawing.svg, "row")) == len(listed)
    quoted = Counter(w for w in texts(drawing.svg, "statement") if w.startswith("“"))
    assert quoted == Counter(f"“{c.hedge}”" for c in claims.values() if c.hedge)


def test_counts_over_the_classes(kg):
    drawing = kg.chart("causes")
    rows = drawing.chart.rows
    heads = [w for w in texts(drawing.svg, "margin") if "surest" in w]
    counts = [tuple(map(int, re.findall(r"\d+", w))) for w in heads]
    classes = texts(drawing.svg, "class")
    assert [n for n, _ in counts] == [
        sum(any(s.certainty == c for _, s in r.statements) for r in rows) for c in classes
    ]
    assert sum(best for _, best in counts) == len(rows)
    units = [p.get("class") for p in ET.fromstring(drawing.svg).iter(f"{SVG}path") if "unit" in p.get("class")]
    assert Counter(units) == {"unit ink ring": len(rows) + 1, "unit paper ring": sum(n - b for n, b in counts) + 1}


def test_causes_of_a_user_stand_with_their_line(mine):
    svg = mine.chart("causes").svg
    rows = texts(svg, "row")
    assert "cold feet & <i>" in rows
    assert rows[-1] == "idle hands"
    assert "no direct statement" in texts(svg, "statement")
    places_ = texts(svg, "place")
    assert any(re.fullmatch(r"mine\.ttl, line \d+", w) for w in places_)
    # What a rule of the user concludes is no statement of the source.
    assert "inferred" in [sure for sure, _ in marked(svg)]
    assert "rests on your file" in places_
    assert "inferred" in texts(svg, "class")


# ---- parts ----


def test_every_certainty_has_a_mark_of_its_own_shape():
    looks = set()
    for certainty, inferred in [*((c, False) for c in CERTAINTIES), ("asserted", True)]:
        sheet = Sheet(style.LIGHT)
        certainty_mark(sheet, 0, 0, certainty, inferred=inferred)
        looks.add(re.sub(r"#[0-9a-f]{6}", "", " ".join(sheet.parts)))
    assert len(looks) == len(CERTAINTIES) + 1
    assert list(SHARES) == [c for c in CERTAINTIES if c != "implied"]


@given(st.lists(st.floats(1e-6, 1e9), min_size=1, max_size=20))
def test_an_axis_keeps_order_and_bounds(amounts):
    scale = axis(amounts, 10, 410)
    spots = [scale.at(a) for a in sorted(amounts)]
    assert spots == sorted(spots)
    assert 10 - 1e-6 <= spots[0] <= spots[-1] <= 410 + 1e-6
    assert 2 <= len(scale.ticks) <= 12
    assert scale.logarithmic == (max(amounts) / min(amounts) > 20)


@given(st.text(max_size=60), st.floats(20, 200))
def test_a_fitted_label_fits(words, limit):
    assert width(fitted(words, 14, limit), 14) <= limit + 15


def test_places_in_words():
    assert places([]) == ""
    assert places(["mine.ttl, line 4"]) == "mine.ttl, line 4"
    assert places(["drugs-1", "faq-9"]) == "§ drugs-1, faq-9"


# ---- the command ----


def test_the_command_writes_a_chart(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["draw", "--chart", "side-effects", "-o", "a.svg"]) == 0
    assert Path("a.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "all 36 edges; written to a.svg" in capsys.readouterr().err


def test_an_unknown_chart_is_named_back(kg, capsys):
    with pytest.raises(NotFoundError, match="did you mean doses"):
        kg.chart("dose")
    with pytest.raises(UsageError, match="top must be 1 or more"):
        kg.chart("doses", top=0)
    assert main(["draw", "--chart", "dose"]) == 1
    assert "did you mean doses" in capsys.readouterr().err


@pytest.mark.parametrize(
    "more", [["baclofen"], ["--schema"], ["--inferred"], ["--section", "drugs"], ["--certainty", "usual"]]
)
def test_a_chart_takes_nothing_that_it_would_not_heed(more, capsys):
    assert main(["draw", "--chart", "doses", *more]) != 0
    assert "a chart shows all that there is of it" in capsys.readouterr().err
