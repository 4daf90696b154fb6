"""Errors as pages, for those who came with a browser: what happened, why, what next. No worker is needed for one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from spasmkg.web.around import foot, top
from spasmkg.web.html import text
from spasmkg.web.negotiation import choose
from spasmkg.web.pages import POLICY
from spasmkg.web.static import root

if TYPE_CHECKING:
    from spasmkg.web.exchange import Exchange, ProblemError
    from spasmkg.web.service import Service

__all__ = ["is_wanted", "sorry"]

_TITLES = {"busy": "All workers are busy", "late": "Stopped: it took too long", "internal": "Something went wrong here"}
_NEXT = {
    "busy": "Your request was not started. Try again in a few seconds.",
    "late": "Ask for less, or fix one end of what is looked for.",
    "internal": "The server's log has the details. The other pages work.",
    "store": "The data are being exchanged. Try again in a few seconds.",
}


def is_wanted(x: Exchange) -> bool:
    """Whether the client would rather read a page than JSON: a browser that follows a link or sends a form."""
    accept = x.header(b"accept")
    offers = ["application/problem+json", "text/html"]
    return x.method in ("GET", "HEAD") and "text/html" in accept and choose(accept, offers) == "text/html"


async def sorry(service: Service, x: Exchange, error: ProblemError) -> None:
    """Answer with an error as a page."""
    title = _TITLES.get(error.code, HTTPStatus(error.status).phrase.capitalize())
    detail = error.detail[:1].upper() + error.detail[1:] + ("" if error.detail.endswith((".", "?")) else ".")
    near = [str(s) for s in error.more.get("suggestions", ())][:3]
    said = [
        detail,
        _NEXT.get(error.code, ""),
        f"Did you mean {' or '.join(near)}?" if near and "did you mean" not in detail else "",
    ]
    paragraphs = "".join(f'<p class="gap">{text(p)}</p>\n' for p in said if p)
    p, files = text(service.prefix), text(service.prefix + root())
    page = (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{text(title)} · spasmkg</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
        f'<link rel="icon" type="image/svg+xml" href="{files}/icon.svg">\n<link rel="stylesheet" href="{files}/app.css">\n'
        f'<script src="{files}/js/theme.js"></script>\n<script type="module" src="{files}/js/page.js"></script>\n</head>\n<body>\n'
        f'{top(service.prefix)}<div class="wrap">\n<main id="main" tabindex="-1">\n<h1>{text(title)}</h1>\n{paragraphs}'
        f'<p class="gap"><a href="{p}/">Search and browse from the first page</a></p>\n</main>\n</div>\n'
        f'{foot(service.prefix, service.graph["dataset"])}</body>\n</html>\n'
    )  # fmt: skip
    x.log["error"] = error.code
    headers = [
        (b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store"), (b"vary", b"Accept"),
        (b"content-security-policy", POLICY.encode()), (b"referrer-policy", b"no-referrer"), *error.headers,
    ]  # fmt: skip
    await x.respond(error.status, headers, page.encode("utf-8", "replace"))
