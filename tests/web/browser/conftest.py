"""Fixtures: ``served``, the bundled graph; ``page``, a tab of a headless Chromium that fails on any trouble; ``axe``.

A test of a page says what stands there only after something was done. Screenshots go to the folder that
SPASMKG_SHOTS names, where one is named.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from serving import Server, serve

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("browser"), "--timeout", "90") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """For one module at a time: while it is there, its loop runs in this thread, and no other can."""
    if not CHROMIUM:
        pytest.skip("no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield started
        started.close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens tabs: ``tab(server)``, with the options of Playwright's ``new_context``. Trouble in any of them fails the test."""
    contexts, trouble = [], []

    def opened(server: Server, **options: Any) -> Any:
        options = {
            "viewport": {"width": 1280, "height": 900},
            "reduced_motion": "reduce",
            "base_url": server.url,
            **options,
        }
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(60_000)
        home = urlsplit(server.url).netloc
        page = context.new_page()
        page.on("console", lambda m: trouble.append(f"console: {m.text}") if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: trouble.append(f"script: {e}"))
        page.on("request", lambda r: trouble.append(f"elsewhere: {r.url}") if _is_elsewhere(r.url, home) else None)
        page.expected = lambda *words: _expected(trouble, words)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert trouble == []


def _is_elsewhere(url: str, home: str) -> bool:
    found = urlsplit(url)
    return found.scheme not in ("data", "blob", "about") and found.netloc != home


def _expected(trouble: list[str], words: tuple[str, ...]) -> None:
    """Strike out trouble that a test brought about on purpose; each of the words must be in some of it."""
    for word in words:
        assert any(word in t for t in trouble), f"{word} is not in {trouble}"
    trouble[:] = [t for t in trouble if not any(word in t for word in words)]


@pytest.fixture
def page(tab: Callable[..., Any], served: Server) -> Any:
    """A tab on the bundled graph."""
    return tab(served)


@pytest.fixture
def axe() -> Callable[..., None]:
    """Checks a tab with axe-core: all rules in light, in dark those of colour, since nothing else changes. What it finds
    fails the test."""
    from axe_playwright_python.sync_playwright import Axe

    judge = Axe()

    def checked(page: Any, **options: Any) -> None:
        found = []
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            rules = {"type": "rule", "values": ["color-contrast"]} if theme == "dark" else RULES
            result = judge.run(page, options={"runOnly": rules, "resultTypes": ["violations"], **options})
            found += [
                f"{theme} {v['id']}: {v['help']}: {[n['html'][:200] for n in v['nodes'][:4]]}"
                for v in result.response["violations"]
            ]
        page.emulate_media(color_scheme="light")
        assert found == []

    return checked


@pytest.fixture
def shot() -> Callable[..., None]:
    """Keeps pictures of a tab in light, dark and 390 pixels wide, where SPASMKG_SHOTS names a folder."""
    folder = os.environ.get("SPASMKG_SHOTS", "")

    def taken(page: Any, name: str) -> None:
        if not folder:
            return
        size = page.viewport_size
        for theme in ("light", "dark"):
            for width in (1280, 390):
                page.emulate_media(color_scheme=theme)
                page.set_viewport_size({"width": width, "height": 900})
                page.wait_for_timeout(100)
                page.screenshot(path=Path(folder, f"{name}-{width}-{theme}.png"), full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(size)

    return taken


@pytest.fixture
def fits() -> Callable[..., None]:
    """Checks that a tab 320 pixels wide does not scroll sideways."""

    def checked(page: Any) -> None:
        size = page.viewport_size
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.set_viewport_size(size)

    return checked
