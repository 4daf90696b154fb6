"""What a page holds: its text, tags and links; and a short way to ask for it."""

from __future__ import annotations

import html.parser


def get(server, path, accept=None, **headers):
    found = {"Accept": accept} if accept else {}
    return server.ask("GET", path, found | {k.replace("_", "-"): v for k, v in headers.items()})


_BLOCKS = {"td", "th", "p", "li", "div", "dt", "dd", "h1", "h2", "h3", "tr", "section", "button", "text"}


class Outline(html.parser.HTMLParser):
    """The text, tags and links of a page."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.text, self.tags, self.links, self.attributes, self._open, self.data = "", [], [], [], [], ""
        self.feed(body.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._open.append(tag)
        if tag in _BLOCKS:
            self.text += " "
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.links += [value for name, value in attrs if name in ("href", "action", "src")]

    def handle_data(self, data):
        if self._open[-1:] == ["script"]:
            self.data += data
        else:
            self.text += data

    def handle_endtag(self, _tag):
        self._open.append("")

    @property
    def words(self) -> str:
        """The text, each run of space as one."""
        return " ".join(self.text.split())
