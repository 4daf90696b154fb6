"""A finished picture: as SVG, PNG or HTML, in a file or in a notebook."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spasmkg.draw.png import to_png
from spasmkg.draw.scene import Scene
from spasmkg.draw.svg import to_svg
from spasmkg.errors import UsageError
from spasmkg.files import replace_file

if TYPE_CHECKING:
    from spasmkg.store import Store

__all__ = ["FORMATS", "Drawing"]

FORMATS = ("svg", "png", "html")


@dataclass(frozen=True)
class Drawing:
    """A picture of a scene; a notebook shows it by itself.

    ``width`` is that of the picture in pixels where it is to be shown larger or smaller than it is drawn, ``scale``
    how many pixels of a PNG there are for each of these.
    """

    scene: Scene
    store: Store | None = None
    dark: bool = False
    width: int | None = None
    scale: float = 2.0

    @cached_property
    def svg(self) -> str:
        """The picture as an SVG file."""
        return to_svg(self.scene, dark=self.dark, width=self.width)

    @property
    def png(self) -> bytes:
        """The picture as a PNG file."""
        return to_png(self.svg, self.scale)

    @property
    def html(self) -> str:
        """The picture as a page that works offline, with the place of every edge."""
        from spasmkg.draw.html import to_html

        return to_html(self.scene, self.store)

    def data(self, media: str) -> bytes:
        """The bytes of the picture as ``svg``, ``png`` or ``html``."""
        if media == "svg":
            return self.svg.encode()
        if media == "png":
            return self.png
        if media == "html":
            return self.html.encode()
        raise UsageError(f'"{media}" is no format of a picture; use {", ".join(FORMATS)}')

    def save(self, path: str | os.PathLike[str], media: str = "") -> Path:
        """Write the picture to a file, in the format of its suffix; the file is there whole or not at all.

        Raises StoreError where it cannot be written, UsageError for an unknown format.
        """
        aim = Path(path)
        return replace_file(aim, self.data(media or aim.suffix.lower().lstrip(".") or "none"))

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": f"{self.scene.title}: {self.scene.source_line}"}
