"""How soon a page stands, in a headless Chromium on this machine: ``python -m benchmarks.pages``.

Wall time, from the click to the first paint of a browser that has seen nothing of the server before.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from benchmarks.measure import bound, missed

__all__ = ["PAGES", "browsing", "pages", "serving"]

PAGES = {
    "home": "/",
    "entity": "/id/baclofen",
    "question": "/questions/drug-side-effects",
    "query": "/query?example=drug-side-effects",
    "explore": "/explore?start=diuretics",
}
_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]  # fmt: skip
_PAINTED = """new Promise((found) => new PerformanceObserver((list) => found(list.getEntries()[0].startTime))
    .observe({ type: "paint", buffered: true }))"""
_TURNS = 5


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server of the bundled graph."""
    command = [sys.executable, "-m", "spasmkg", "serve", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.stdout.close()
        process.wait(30)


@contextmanager
def browsing() -> Iterator[Any]:
    """A headless Chromium of Playwright's, or None where the machine has none."""
    if not (found := shutil.which("chromium") or shutil.which("chromium-browser")):
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_OPTIONS)
        yield browser
        browser.close()


def pages() -> None:
    """The promises on the pages: painted within half a second, after one request that a worker answers."""
    with serving() as base, browsing() as browser:
        if browser is None:
            print("(chromium is not installed: no page is looked at)")
            return
        first, asked = {}, {}
        for name, path in PAGES.items():
            _look(browser, base, path)  # a turn that is not counted
            turns = [_look(browser, base, path) for _ in range(_TURNS)]
            first[name] = statistics.median(painted for painted, _ in turns)
            asked[name] = max(count for _, count in turns)
    for name, seconds in first.items():
        bound(f"first paint, {name}", 1000 * seconds, "ms", 500)
    bound("first paint, median of the pages", 1000 * statistics.median(first.values()), "ms", 500)
    bound("requests to workers before a page shows, at most", max(asked.values()), "requests", 1)


def _look(browser: Any, base: str, path: str) -> tuple[float, int]:
    """Seconds to the first paint, and how many requests were for more than files."""
    context = browser.new_context(base_url=base, viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda r: asked.append(r.url))
    page.goto(path, wait_until="load")
    painted = page.evaluate(_PAINTED) / 1000
    context.close()
    return painted, sum(not urlsplit(a).path.startswith("/static/") for a in asked)


if __name__ == "__main__":
    pages()
    sys.exit(1 if missed else 0)
