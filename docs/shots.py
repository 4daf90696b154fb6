"""Take the pictures of the workbench that the README shows: ``python -m docs.shots``.

They are not compared by the tests, since a browser draws letters a little otherwise on another machine.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks.pages import browsing, serving

__all__ = ["SHOTS", "main"]

HERE = Path(__file__).parent / "pictures"
MOST = 200_000
"""The bytes of a picture beyond which it is refused."""
SHOTS = {
    "workbench-entity": "/id/baclofen",
    "workbench-proof": "/proof?subject=potassium-chloride&predicate=offsetsDepletionBy&object=diuretics",
    "workbench-explorer": "/explore?start=diuretics&select=diuretics+depletes+potassium",
}
HEIGHTS = {"workbench-proof": 660}


def main() -> int:
    """Write the pictures; 1 where there is no browser or one is too large."""
    with serving() as base, browsing() as browser:
        if browser is None:
            print("chromium is not installed; a picture needs it", file=sys.stderr)
            return 1
        sizes = {name: _taken(browser, base, name) for name in SHOTS}
    for name, size in sizes.items():
        print(f"{name}.png {size:,} bytes")
    return 1 if max(sizes.values()) > MOST else 0


def _taken(browser: Any, base: str, name: str) -> int:
    context = browser.new_context(
        base_url=base,
        viewport={"width": 1280, "height": HEIGHTS.get(name, 800)},
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(SHOTS[name])
    if name == "workbench-explorer":
        page.locator("main[data-ready]").wait_for()
    page.evaluate("document.fonts.ready.then(() => true)")
    path = HERE / f"{name}.png"
    page.screenshot(path=path)
    context.close()
    return path.stat().st_size


if __name__ == "__main__":
    sys.exit(main())
