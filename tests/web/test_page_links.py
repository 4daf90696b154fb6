"""Every page: its links lead somewhere, its HTML is sound, and the scripts that it loads before it stands are few."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import groupby
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from outline import Outline, get

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
THINGS = ["baclofen", "muscle-spasm", "claim/drugs-1-9", "claim/drugs-1-4", "claim/curator-1", "item/drugs-1", "mapping/tetany/HP:0001281",
          "Cause", "SedatingDrug", "hasSideEffect", "dose/baclofen/start", "section-drugs", "article", "asserted", "ontology"]  # fmt: skip
PAGES = [
    "/", "/search", "/search?q=cramp", "/search?q=bacloffin", "/search?kind=Drug", "/search?kind=Activity&from=50", "/help",
    "/questions", "/questions?tag=inference", "/questions/drug-side-effects", "/questions/drug-side-effects?drug=any&order=side_effect",
    "/questions/drug-side-effects?drug=baclofen&open=1", "/questions/drug-side-effects?drug=baclofen&show=graph",
    "/questions/drug-side-effects?drug=baclofen&show=chart", "/questions/drug-side-effects?drug=baclofin", "/questions/cause-terms",
    "/paths", "/paths?from=diuretics&to=leg-cramp", "/paths?from=diuretics&to=leg-cramp&inferred=yes", "/paths?from=statins&to=muscle-spasm&length=1",
    "/proof", "/proof?predicate=offsetsDepletionBy", "/proof?subject=baclofen&predicate=a&object=SedatingDrug",
    "/proof?subject=diuretics&predicate=depletes&object=potassium", "/withdraw", "/withdraw?claim=claim:causes-3-16",
    "/query", "/query?example=drug-side-effects", "/query?query=SELECT%20*%20%7B%20?s%20spasm:depletes%20?o%20%7D",
    "/query?query=SELECT%20*%20%7B%20?s%20nobody:knows%20?o%20%7D",
    "/explore", "/explore?start=diuretics", "/explore?start=diuretics&view=list", "/explore?start=diuretics&select=diuretics+depletes+potassium",
    "/explore?from=diuretics&to=tetany", "/vocabularies", "/vocabularies?q=muscle+cramp", "/vocabularies/HP", "/vocabularies/HP?show=not+exact",
    "/vocabularies/crosswalk?from=HP&to=snomedct", "/vocabularies/crosswalk?from=HP&to=snomedct&show=gaps",
    *(f"/id/{name}" for name in THINGS),
]  # fmt: skip
OF_EACH_SHAPE = 1
LABOURED = ("/withdraw", "/paths", "/explore")
"""Pages that take long to make: of each shape of their addresses a few are asked for, whichever page has them."""
OF_LABOURED = 3
MOST_SCRIPT = 150_000


@pytest.fixture(scope="module")
def reached(server):
    """What an address gives to a browser, redirects followed: its status, and the anchors in it; None where enough were asked."""
    counts: Counter[tuple[str, ...]] = Counter()

    @cache
    def asked(address: str) -> tuple[int, frozenset[str]] | None:
        if address.startswith(LABOURED):
            counts[shape(address)] += 1
            if counts[shape(address)] > OF_LABOURED:
                return None
        answer = get(server, address, BROWSER)
        if answer.status in (301, 302, 303, 307, 308):
            return asked(answer.headers["location"].removeprefix(server.url.rstrip("/")))
        found = Outline(answer.body) if answer.media == "text/html" else None
        return answer.status, anchors(found) if found else frozenset()

    return asked


@pytest.fixture(scope="module")
def outline(server):
    @cache
    def asked(path: str) -> Outline:
        answer = get(server, path, BROWSER)
        assert (answer.status, answer.media) == (200, "text/html"), path
        return Outline(answer.body)

    return asked


def anchors(found: Outline) -> frozenset[str]:
    return frozenset(value for _, name, value in found.attributes if name == "id" and value)


def shape(address: str) -> tuple[str, ...]:
    """What addresses of one kind have in common: where they begin, and which parameters they have."""
    at = urlsplit(address)
    parts = at.path.split("/")
    return (
        "/".join(parts[: 3 if len(parts) > 3 else 2]),
        *sorted({n for n, _ in parse_qsl(at.query)}),
        "#" if at.fragment else "",
    )


def chosen(addresses) -> list[str]:
    """A few addresses of each shape."""
    of = [list(some) for _, some in groupby(sorted(set(addresses), key=lambda a: (shape(a), a)), shape)]
    return [address for some in of for address in some[:: max(1, len(some) // OF_EACH_SHAPE)][:OF_EACH_SHAPE]]


def broken(found: Outline, reached, base: str) -> list[str]:
    """The links of a page that lead nowhere, of those of ours a few of each shape."""
    links = {link.removeprefix(base.rstrip("/")) or "/" for link in found.links if link is not None}
    here = anchors(found)
    wrong = [link for link in links if link.startswith("#") and link[1:] not in here]
    wrong += [
        link
        for link in links
        if not link.startswith(("/", "#"))
        and (urlsplit(link).scheme not in ("http", "https") or not urlsplit(link).netloc)
    ]
    for link in chosen(link for link in links if link.startswith("/")):
        address, _, anchor = link.partition("#")
        answer = reached(address)
        if answer and (answer[0] != 200 or (anchor and anchor not in answer[1])):
            wrong.append(f"{link} ({answer[0]})")
    return wrong


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(server, outline, reached, path):
    assert broken(outline(path), reached, server.url) == []


def test_a_link_that_leads_nowhere_is_noticed(server, reached):
    page = b'<a href="/nowhere">a</a><a href="#none">b</a><a href="javascript:x">c</a><a href="/help#none">d</a>'
    assert sorted(broken(Outline(page), reached, server.url)) == [
        "#none",
        "/help#none (200)",
        "/nowhere (404)",
        "javascript:x",
    ]


def test_every_page_is_linked_from_another(outline):
    """The shapes of the addresses of all pages stand on some page."""
    from spasmkg.web import pages

    linked = {urlsplit(link).path for path in PAGES for link in outline(path).links if link}
    for page in pages.PAGES:
        assert any(path.startswith(page.path) if page.below else path == page.path for path in linked), page.path


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound(server, path):
    answer = get(server, path, BROWSER)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    found = Outline(answer.body)
    assert found.tags.count("h1") == found.tags.count("main") == 1
    assert re.search(rb"<title>[^<]+</title>\s*<meta", answer.body)
    assert ("html", "lang", "en") in found.attributes
    assert not [(tag, name) for tag, name, _ in found.attributes if name == "style" or name.startswith("on")]
    ids = [value for _, name, value in found.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert b"<style" not in answer.body
    kinds = (b"src=", b'"application/ld+json"', b'"application/json"')
    assert all(any(kind in s for kind in kinds) for s in re.findall(rb"<script[^>]*>", answer.body))
    assert "/help" in found.links


STATIC_IMPORT = re.compile(r"""\b(?:import|export)\s*(?:[\w$*\s{},]+?\s*from\s*)?["']([^"'\n]+)["']""")


def imported(source: str) -> list[str]:
    """The modules that a script cannot start without.

    >>> imported('import a from "./a.js";import"./b.js";export{c}from"./c.js"; const d = await import("./d.js");')
    ['./a.js', './b.js', './c.js']
    """
    return STATIC_IMPORT.findall(source)


@pytest.fixture(scope="module")
def weight(server):
    """The compressed bytes of all scripts that a page needs before it stands: those it names, and what they import."""

    @cache
    def script(path: str) -> tuple[int, list[str]]:
        packed = server.ask("GET", path, {"Accept-Encoding": "gzip"})
        assert packed.status == 200, path
        return len(packed.body), [urljoin(path, other) for other in imported(get(server, path).body.decode())]

    def weighed(found: Outline) -> int:
        todo = [value for tag, name, value in found.attributes if (tag, name) == ("script", "src")]
        todo += [link for link in found.links if link and link.endswith(".js")]
        done: set[str] = set()
        while todo:
            if (path := todo.pop()) not in done:
                done.add(path)
                todo += script(path)[1]
        return sum(script(path)[0] for path in done)

    return weighed


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_little_script_before_it_stands(weight, outline, path):
    assert 0 < weight(outline(path)) < MOST_SCRIPT


def test_reading_pages_need_hardly_any(weight, outline):
    assert all(weight(outline(f"/id/{name}")) < 15_000 for name in THINGS)


def test_too_much_script_is_noticed(weight, outline):
    at = next(link for link in outline("/").links if link.endswith("/js/page.js")).removesuffix("/page.js")
    assert weight(Outline(f'<script type="module" src="{at}/explore/canvas.js"></script>'.encode())) > MOST_SCRIPT
