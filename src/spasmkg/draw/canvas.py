"""The style of the explorer's canvas: that of :func:`spasmkg.styles.javascript` in the colours of a theme, and states."""

from __future__ import annotations

from typing import Any

from spasmkg.draw.style import Theme
from spasmkg.looks import HUES, INFERRED, INK, PAPER, SHAPES, look
from spasmkg.polygons import size
from spasmkg.styles import javascript

__all__ = ["canvas_style"]

_INK = "#16202a"
FOCUS = "#ffc21a"
_FAMILY = '"Source Sans 3", system-ui, "Segoe UI", Roboto, Arial, sans-serif'
_WIDER = {
    "pill": (34, 20),
    "rhomboid": (32, 20),
    "tag": (28, 19),
    "bar": (30, 12),
}
"""Shapes that are wider than high, or of a size of their own: width and height in pixels."""
_SIDE = 22
_SCALE = 1.5
"""By how much the outlines of other pictures are larger here."""


def canvas_style(theme: Theme) -> list[dict[str, Any]]:
    """The style of cytoscape.js for a theme: kinds, certainties, and what is chosen, picked, far, hidden or one of many.

    >>> from spasmkg.draw.style import DARK
    >>> kinds = {rule["selector"]: rule["style"] for rule in canvas_style(DARK)}
    >>> kinds['node[kind = "Drug"]']["background-color"], kinds['edge[certainty = "usual"]']["line-dash-pattern"]
    ('#6caef2', [12, 4])
    """
    colours = {PAPER: theme.paper, INK: theme.ink2, INFERRED: theme.inferred, _INK: theme.ink}
    colours |= {hue: theme.hues[family] for family, hue in HUES.items()}
    rules = [
        {"selector": r["selector"], "style": {k: colours.get(v, v) if isinstance(v, str) else v for k, v in r["style"].items()}}
        for r in javascript()
    ]  # fmt: skip
    outline = {"text-outline-color": theme.paper, "text-outline-width": 2.5, "text-outline-opacity": 1}
    plain = {"font-family": _FAMILY, "font-size": 14, "width": _SIDE, "height": _SIDE, "text-max-width": 130, **outline}
    rules.insert(
        1, _rule("node", {**plain, "font-weight": 500, "text-margin-y": 4, "border-width": 2.2, "z-index": 10})
    )
    for r in rules:
        if r["selector"].startswith("node[kind"):
            wide, high = _size(look(r["selector"].split('"')[1]).shape)
            r["style"] |= {"width": wide, "height": high}
    edge = {
        "font-family": _FAMILY,
        "font-size": 12.5,
        "width": 1.6,
        "arrow-scale": 0.9,
        "text-background-opacity": 0,
        **outline,
    }
    rules.append(
        _rule(
            "edge",
            {
                **edge,
                "text-rotation": "autorotate",
                "min-zoomed-font-size": 8,
                "target-endpoint": "outside-to-node-or-label",
                "source-endpoint": "outside-to-node-or-label",
                "target-distance-from-node": 3,
            },
        )
    )
    rules.append(_rule("edge[?inferred]", {"width": 1.8, "line-outline-width": 1.4}))
    rules += [
        _rule('node[roles *= "Cause"]', {"outline-width": 1.4, "outline-offset": 3, "outline-color": theme.ink}),
        _rule("node.many", {"text-outline-width": 0, "min-zoomed-font-size": 9, "outline-width": 0}),
        _rule(
            "edge.many",
            {"curve-style": "straight", "source-endpoint": "outside-to-node", "target-endpoint": "outside-to-node"},
        ),
        _rule("node.start", {"font-weight": 700, "font-size": 15}),
        _rule("edge.crowded", {"label": ""}),
        _rule(".far", {"opacity": 0.25}),
        _rule(".gone", {"display": "none"}),
        _rule(".path", {"underlay-color": FOCUS, "underlay-opacity": 0.28, "underlay-padding": 4}),
        _rule("edge.chosen", {"label": "data(label)", "font-weight": 600, "text-margin-y": -13, "z-index": 20}),
        _rule(".chosen", {"underlay-color": FOCUS, "underlay-opacity": 0.55, "underlay-padding": 6}),
        _rule("node.chosen", {"underlay-shape": "ellipse", "underlay-padding": 9}),
        _rule("node.pointed", {"overlay-color": theme.ink, "overlay-opacity": 0.18, "overlay-padding": 7}),
        _rule("edge.pointed", {"overlay-color": theme.ink, "overlay-opacity": 0.18, "overlay-padding": 4}),
        _rule("node.end", {"outline-width": 3, "outline-offset": 4, "outline-color": FOCUS}),
    ]
    return rules


def _size(shape: str) -> tuple[float, float]:
    if shape not in _WIDER and SHAPES[shape].js == "polygon":
        wide, high = size(shape)
        return round(wide * _SCALE, 1), round(high * _SCALE, 1)
    return _WIDER.get(shape, (_SIDE, _SIDE))


def _rule(selector: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"selector": selector, "style": values}
