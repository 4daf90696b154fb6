"""The colours of the pages, computed from their tokens: WCAG 2.2 AA in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import spasmkg

CSS = (Path(spasmkg.__file__).parent / "web" / "static" / "app.css").read_text(encoding="utf-8")
TOKENS = {
    name: (light, dark) for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS)
} | {"focus": ("#ffc21a", "#ffc21a")}  # fmt: skip
TEXT = [(ink, ground) for ground in ("paper", "sunk", "raise") for ink in ("ink", "ink-2", "link", "visited")]
TEXT += [("inferred", "paper"), ("danger", "danger-ground"), ("danger", "paper"), ("warn", "warn-ground"), ("ink", "danger-ground"),
         ("ink", "warn-ground"), ("ink", "mark"), ("ink", "mark-soft"), ("on-action", "action"), ("ink", "selected"), ("ink-2", "selected"),
         ("paper", "ink")]  # fmt: skip
TEXT += [(name, "sunk") for name in TOKENS if name.startswith("code-")]
MARKS = [(name, "paper") for name in TOKENS if name.startswith("k-")]
MARKS += [
    ("rule-strong", "paper"),
    ("rule-strong", "raise"),
    ("mark-edge", "paper"),
    ("focus-edge", "focus"),
    ("action", "selected"),
]
KINDS = [name for name in TOKENS if name.startswith("k-")]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_right():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(ink, ground, theme):
    assert contrast(TOKENS[ink][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_marks_and_borders_can_be_seen(mark, ground, theme):
    assert contrast(TOKENS[mark][theme], TOKENS[ground][theme]) >= 3


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_shapes_of_kinds_are_stronger_than_marks_need(theme):
    assert min(contrast(TOKENS[k][theme], TOKENS["paper"][theme]) for k in KINDS) >= (5.6, 7.1)[theme]


def test_every_colour_is_a_token():
    rules = CSS[CSS.index("/* ---- base") :]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", rules)
    used = set(re.findall(r"var\(--([\w-]+)\)", CSS))
    known = set(re.findall(r"--([\w-]+):", CSS))
    assert used <= known


def test_the_pictures_have_the_hues_of_the_pages():
    from spasmkg.looks import HUES

    assert {f"k-{family}": hue for family, hue in HUES.items()} == {k: TOKENS[k][0] for k in KINDS}
