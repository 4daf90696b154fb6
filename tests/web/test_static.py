"""The files that pages need: kept for ever under their digest, packed, and nothing else is reached."""

from __future__ import annotations

import gzip
import re

import pytest

from spasmkg.web.static import root


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("app.css", "text/css"),
        ("js/page.js", "text/javascript"),
        ("icon.svg", "image/svg+xml"),
        ("fonts/source-sans-3-latin-wght-normal.woff2", "font/woff2"),
        ("fonts/OFL.txt", "text/plain"),
    ],
)
def test_a_file_is_kept_for_ever(server, name, media):
    answer = server.ask("GET", f"{root()}/{name}")
    assert (answer.status, answer.media) == (200, media)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert server.ask("GET", f"{root()}/{name}", {"If-None-Match": answer.headers["etag"]}).status == 304
    packed = server.ask("GET", f"{root()}/{name}", {"Accept-Encoding": "gzip"})
    if "content-encoding" in packed.headers:
        assert gzip.decompress(packed.body) == answer.body
    else:
        assert packed.body == answer.body


def test_what_was_is_asked_for_again(server):
    answer = server.ask("GET", "/static/0123456789abcdef/app.css")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", ["../pages.py", "..%2fpages.py", "js/../../pages.py", "", "js", "js/", "/etc/passwd", "app.css/", "app.css%00",
                                  "..\\pages.py", "templates/layout.html", "APP.CSS"])  # fmt: skip
def test_nothing_else_is_reached(server, path):
    assert server.ask("GET", f"{root()}/{path}").status == 404
    assert server.ask("GET", f"/static/{path}").status == 404


def test_style_asks_for_nothing_from_elsewhere(server):
    style = server.ask("GET", f"{root()}/app.css").body.decode()
    wanted = re.findall(r"url\(([^)]+)\)", style)
    assert len(wanted) > 3
    assert all(server.ask("GET", f"{root()}/{w}").status == 200 for w in wanted)
    assert "@import" not in style


def test_a_page_reads_no_file_twice_under_two_names(server):
    body = server.ask("GET", "/", {"Accept": "text/html"}).body.decode()
    assert set(re.findall(r"/static/[0-9a-f]+", body)) == {root()}


def test_another_page_has_another_tag(server):
    first = server.ask("GET", "/search?q=cramp", {"Accept": "text/html"})
    assert (
        server.ask("GET", "/search?q=cramp", {"Accept": "text/html", "If-None-Match": first.headers["etag"]}).status
        == 304
    )
    assert (
        server.ask("GET", "/search?q=calf", {"Accept": "text/html", "If-None-Match": first.headers["etag"]}).status
        == 200
    )
    assert server.ask("GET", "/search?q=cramp&colour=red", {"Accept": "text/html"}).body == first.body  # passed over
    assert server.ask("GET", "/search?q=cramp", {"Accept": "text/turtle"}).status == 406
    assert server.ask("POST", "/search?q=cramp").status == 405
