"""What stands around an error page: the menu and the foot of every other page, made without a worker.

The templates have the same in ``layout.html``; a test holds the two together.
"""

from __future__ import annotations

from spasmkg.web.html import text

__all__ = ["foot", "top"]

_MENU = (("/", "Search"), ("/questions", "Questions"), ("/paths", "Paths"), ("/query", "SPARQL"), ("/explore", "Explorer"),
         ("/vocabularies", "Vocabularies"))  # fmt: skip


def top(prefix: str) -> str:
    """The way to the main part, the menu, the search field and the theme switch."""
    p = text(prefix)
    menu = "\n".join(f'<a href="{p}{path}">{label}</a>' for path, label in _MENU)
    return (
        '<a class="skip" href="#main">Skip to content</a>\n<header class="top">\n<div class="wrap top-line">\n'
        f'<a class="brand" href="{p}/"><svg viewBox="0 0 26 16" aria-hidden="true"><path d="M1 9h6l2.4-7 4 13L16.4 9H25"/></svg>spasmkg</a>\n'
        f'<nav class="menu" aria-label="Main">\n{menu}\n</nav>\n'
        f'<form class="top-search" role="search" action="{p}/search">\n<div class="combobox" data-combobox="{p}/api/search" data-goes>'
        '<input class="input" id="top-q" name="q" value="" type="search" autocomplete="off" spellcheck="false" maxlength="200"'
        ' placeholder="Search terms" aria-label="Search terms"></div>\n</form>\n'
        '<details class="narrow-menu">\n<summary><svg viewBox="0 0 18 14" aria-hidden="true"><path d="M0 1h18M0 7h18M0 13h18"/></svg>Menu</summary>\n'
        f'<nav class="narrow-panel" aria-label="Main, narrow">\n{menu}\n'
        f'<form role="search" action="{p}/search" aria-label="Search, narrow"><input class="input" type="search" name="q"'
        ' aria-label="Search terms" placeholder="Search terms"></form>\n</nav>\n</details>\n'
        '<button class="theme" type="button" id="theme" aria-label="Switch between light and dark" hidden>'
        '<svg viewBox="0 0 18 18" aria-hidden="true"><circle cx="9" cy="9" r="7"/><path d="M9 2a7 7 0 010 14z"/></svg></button>\n</div>\n</header>\n'
    )


def foot(prefix: str, dataset: str) -> str:
    """What the data are, the red flags, and where the rest is."""
    p, name = text(prefix), text(dataset)
    links = (('/help" id="keys-link', "Keys and marks"), ("/api/openapi.json", "API"), ("/query", "SPARQL endpoint"),
             ("/.well-known/void", "Data set"))  # fmt: skip
    return (
        '<footer class="foot">\n<div class="wrap foot-line">\n<p>One article, restated as claims and edges. Research material, not medical advice. '
        f'<a href="{p}/search?kind=RedFlag">When to seek care: the red flags</a></p>\n<ul>\n'
        f'<li>Dataset <code class="id" title="{name}">{name[:8]}</code></li>\n'
        + "".join(f'<li><a href="{p}{path}">{label}</a></li>\n' for path, label in links)
        + "</ul>\n</div>\n</footer>\n"
    )
