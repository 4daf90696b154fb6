"""A picture as PNG, drawn with the fonts of the package and no others."""

from __future__ import annotations

from importlib.resources import as_file, files

__all__ = ["to_png"]


def to_png(svg: str, scale: float = 2.0) -> bytes:
    """The pixels of an SVG picture, ``scale`` pixels for each of its own."""
    import resvg_py

    with as_file(files("spasmkg.draw") / "fonts") as folder:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg,
                zoom=scale,
                skip_system_fonts=True,
                font_files=sorted(str(p) for p in folder.glob("*.ttf")),
                font_family="Spasmkg Sans",
                sans_serif_family="Spasmkg Sans",
            )
        )
