"""The look of the graph as a style that Cytoscape Desktop imports, and as the style of cytoscape.js."""

from __future__ import annotations

from typing import Any

from spasmkg.looks import INFERRED, INK, KINDS, LINES, PAPER, SHAPES, Look, look
from spasmkg.polygons import polygon

__all__ = ["desktop", "javascript"]

_TEXT = "#16202a"


def javascript() -> list[dict[str, Any]]:
    """The style of cytoscape.js (3.31 or newer): a list of selectors with what they set.

    >>> next(rule for rule in javascript() if rule["selector"] == 'node[kind = "Drug"]')["style"]["shape"]
    'round-rectangle'
    """
    rules = [
        _rule(
            "node",
            **_body(look("")),
            label="data(label)",
            width=28,
            height=28,
            border_width=2,
            color=_TEXT,
            font_size=11,
            text_valign="bottom",
            text_margin_y=3,
            text_wrap="wrap",
            text_max_width=120,
        )
    ]
    rules += [_rule(f'node[kind = "{kind}"]', **_body(seen)) for kind, seen in KINDS.items()]
    rules.append(_rule('node[roles *= "Cause"]', outline_width=1, outline_offset=2, outline_color=_TEXT))
    rules.append(
        _rule(
            "edge",
            label="data(label)",
            width=1.5,
            line_color=INK,
            target_arrow_color=INK,
            target_arrow_shape="triangle",
            curve_style="bezier",
            color=INK,
            font_size=9,
            text_rotation="autorotate",
            text_background_color=PAPER,
            text_background_opacity=1,
            min_zoomed_font_size=7,
        )
    )
    for certainty, line in LINES.items():
        drawn: dict[str, Any] = {"line_style": "dashed", "line_dash_pattern": list(line.dashes)}
        if not line.dashes:
            drawn = {"line_style": "dotted" if line.desktop == "DOT" else "solid"}
        rules.append(_rule(f'edge[certainty = "{certainty}"]', **drawn))
    rules.append(
        _rule(
            "edge[?inferred]",
            line_style="solid",
            line_color=PAPER,
            line_outline_width=1,
            line_outline_color=INFERRED,
            target_arrow_color=INFERRED,
            target_arrow_fill="hollow",
            color=INFERRED,
        )
    )
    return rules


def _body(seen: Look) -> dict[str, Any]:
    shape = SHAPES[seen.shape]
    drawn = {"shape": shape.js, "background_color": seen.fill, "border_color": seen.hue}
    return {**drawn, "shape_polygon_points": polygon(seen.shape)} if shape.js == "polygon" else drawn


def _rule(selector: str, **values: Any) -> dict[str, Any]:
    return {"selector": selector, "style": {name.replace("_", "-"): value for name, value in values.items()}}


def desktop() -> bytes:
    """The style file of Cytoscape Desktop 3 (*File > Import > Styles from File*), as XML.

    It maps the columns that the exports make there: ``label``, ``kind``, ``certainty``, ``layer``.
    """
    plain = look("")
    node = [
        _mapped("NODE_FILL_COLOR", plain.fill, "kind", {k: v.fill for k, v in KINDS.items()}),
        _mapped("NODE_BORDER_PAINT", plain.hue, "kind", {k: v.hue for k, v in KINDS.items()}),
        _mapped("NODE_SHAPE", SHAPES[plain.shape].desktop, "kind", {k: SHAPES[v.shape].desktop for k, v in KINDS.items()}),
        _passed("NODE_LABEL", "label"),
        _passed("NODE_TOOLTIP", "kind"),
    ]  # fmt: skip
    node += [
        _fixed("NODE_BORDER_WIDTH", "2.0"),
        _fixed("NODE_SIZE", "30.0"),
        _fixed("NODE_LABEL_COLOR", _TEXT),
        _fixed("NODE_LABEL_FONT_SIZE", "11"),
        _fixed("NODE_LABEL_POSITION", "S,N,c,0.00,3.00"),
    ]
    edge = [
        _mapped("EDGE_LINE_TYPE", "SOLID", "certainty", {k: v.desktop for k, v in LINES.items()}),
        _mapped("EDGE_STROKE_UNSELECTED_PAINT", INK, "layer", {"inferred": INFERRED}),
        _mapped("EDGE_TARGET_ARROW_UNSELECTED_PAINT", INK, "layer", {"inferred": INFERRED}),
        _mapped("EDGE_TARGET_ARROW_SHAPE", "DELTA", "layer", {"inferred": "ARROW"}),
        _mapped("EDGE_LABEL_COLOR", INK, "layer", {"inferred": INFERRED}),
        _passed("EDGE_LABEL", "label"),
        _passed("EDGE_TOOLTIP", "certainty"),
        _fixed("EDGE_WIDTH", "1.5"),
        _fixed("EDGE_LABEL_FONT_SIZE", "9"),
    ]
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        '<vizmap id="spasmkg" documentVersion="3.0">',
        '<visualStyle name="spasmkg">',
        "<network>",
        _fixed("NETWORK_BACKGROUND_PAINT", PAPER),
        "</network>",
        "<node>",
        '<dependency name="nodeSizeLocked" value="true"/>',
        *node,
        "</node>",
        "<edge>",
        '<dependency name="arrowColorMatchesEdge" value="false"/>',
        *edge,
        "</edge>",
        "</visualStyle>",
        "</vizmap>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _fixed(name: str, value: str) -> str:
    return f'<visualProperty name="{name}" default="{value}"/>'


def _passed(name: str, column: str) -> str:
    mapping = f'<passthroughMapping attributeType="string" attributeName="{column}"/>'
    return f'<visualProperty name="{name}" default="">{mapping}</visualProperty>'


def _mapped(name: str, other: str, column: str, values: dict[str, str]) -> str:
    listed = "".join(f'<discreteMappingEntry value="{v}" attributeValue="{k}"/>' for k, v in values.items())
    mapping = f'<discreteMapping attributeType="string" attributeName="{column}">{listed}</discreteMapping>'
    return f'<visualProperty name="{name}" default="{other}">{mapping}</visualProperty>'
