from pathlib import Path

import pytest

import spasmkg
from spasmkg.draw.canvas import canvas_style
from spasmkg.draw.style import LIGHT
from spasmkg.looks import KINDS, SHAPES
from spasmkg.outlines import OUTLINES
from spasmkg.polygons import polygon, size
from spasmkg.web.views import marks


def test_the_scripts_draw_kinds_as_the_pages_do():
    path = Path(spasmkg.__file__).parent / "web" / "static" / "js" / "kinds.js"
    assert path.read_text(encoding="utf-8") == marks.script()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_canvas_has_the_shape_that_the_legend_has(kind):
    """Shapes of the tool's own only where they are alike; all others are the corners of our outline, in its proportions."""
    shape = KINDS[kind].shape
    style = next(r["style"] for r in canvas_style(LIGHT) if r["selector"] == f'node[kind = "{kind}"]')
    if style["shape"] == "polygon":
        assert style["shape-polygon-points"] == polygon(shape)
        wide, high = size(shape)
        assert style["width"] / style["height"] == pytest.approx(wide / high, rel=0.02)
    else:
        assert style["shape"] in {"ellipse", "octagon", "triangle", "round-rectangle", "hexagon", "round-hexagon", "diamond",
                                  "rectangle", "pentagon", "right-rhomboid", "barrel", "tag"}  # fmt: skip
        assert sum(s.js == style["shape"] for s in SHAPES.values()) == 1 + (style["shape"] == "rectangle")


@pytest.mark.parametrize("shape", sorted(OUTLINES))
def test_the_corners_of_every_outline_fill_its_box(shape):
    corners = [float(n) for n in polygon(shape).split()]
    assert len(corners) >= 6
    for axis in (corners[::2], corners[1::2]):
        assert (min(axis), max(axis)) == (-1, 1)


def test_kinds_have_words_for_several():
    assert {k: marks.kinds_word(k) for k in KINDS if marks.kinds_word(k).endswith("ys")} == {}
