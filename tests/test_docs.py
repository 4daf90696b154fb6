"""The documentation is run: snippets, commands, links, and the generated reference.

In a page, a ``console`` block holds commands (``$ spasmkg …``, continued by ``> ``) with what a terminal shows of
standard output, or of standard error where standard output stays empty. A line of only ``…`` stands for any number
of lines, ``…`` inside a line for any text. A comment ``<!-- file: NAME -->`` before a block makes a file of it. After
``<!-- endpoint: NAME -->`` a SPARQL endpoint holds that file; the page knows it as ``http://localhost:7878/query``.
"""

from __future__ import annotations

import doctest
import io
import os
import re
import shlex
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import loopback
import pytest

from spasmkg.cli import main

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
WRITTEN = [p for p in PAGES if p.parent.name != "reference"]
BLOCK = re.compile(r"(?:<!-- file: (\S+) -->\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
THERE = "http://localhost:7878/query"


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


class Terminal(io.TextIOWrapper):
    """A stream that takes itself for a terminal and keeps what is written."""

    def __init__(self):
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def isatty(self):
        return True

    def text(self) -> str:
        return self.buffer.getvalue().decode()


@pytest.fixture
def page_folder(tmp_path, monkeypatch, kg):
    """An empty folder to run a page in; a copy of the article stands there where one is known."""
    monkeypatch.chdir(tmp_path)
    for variable, value in {"COLUMNS": "100", "LINES": "40", "TERM": "dumb", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.delenv("SPASMKG_STORE", raising=False)
    monkeypatch.setenv("SPASMKG_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("SPASMKG_ALLOW_SERVICE", raising=False)
    where = os.environ.get("SPASMKG_ARTICLE", "")
    if where and Path(where).is_file():
        (tmp_path / "article.txt").write_bytes(Path(where).read_bytes())
    return tmp_path


def commands(block: str) -> list[tuple[str, str]]:
    """(command, expected output) of a console block."""
    found: list[list[str]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], ""])
        elif line.startswith("> ") and found and not found[-1][1]:
            found[-1][0] += "\n" + line[2:]
        elif found:
            found[-1][1] += line + "\n"
    return [(command, output) for command, output in found]


@contextmanager
def endpoint(text: str):
    """The address of the endpoint of a page, or the page's own where it has none."""
    served = re.search(r"^<!-- endpoint: (\S+) -->$", text, re.MULTILINE)
    if not served:
        yield THERE
        return
    with loopback.oxigraph(next(body for file, _, body in BLOCK.findall(text) if file == served[1])) as address:
        yield address


def run(command: str, monkeypatch) -> str:
    words = shlex.split(command)
    assert words[0] == "spasmkg", command
    out, err = Terminal(), Terminal()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        main(words[1:])
    return out.text() or err.text()


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def matches(expected: str, shown: str) -> bool:
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*?") + r"[ \t]*\n"
        for line in lines(expected)
    )
    return re.fullmatch(pattern, "\n".join(lines(shown)) + "\n") is not None


def test_the_comparison_of_outputs():
    assert matches("a\n…\nd", "a\nb\nc\nd")
    assert matches("a\n…", "a")
    assert matches("took … s", "took 0.1 s  ")
    assert not matches("a\n…\nd", "a\nb\nc")
    assert not matches("a\nb", "a")


@pytest.mark.parametrize("path", WRITTEN, ids=name)
def test_the_commands_of_a_page_print_what_it_shows(path, page_folder, monkeypatch):
    text = path.read_text(encoding="utf-8")
    with endpoint(text) as address:
        for file, language, body in BLOCK.findall(text):
            if file:
                (page_folder / file).write_text(body, encoding="utf-8")
            if language != "console":
                continue
            for command, expected in commands(body):
                if not command.startswith("spasmkg "):
                    continue
                if "article.txt" in command and not Path("article.txt").is_file():
                    continue
                shown = run(command.replace(THERE, address), monkeypatch).replace(address, THERE)
                assert matches(expected, shown), f"$ {command}\n{shown}"


@pytest.mark.parametrize("path", [p for p in WRITTEN if ">>>" in p.read_text(encoding="utf-8")], ids=name)
def test_the_snippets_of_a_page_run(path, page_folder):
    text = path.read_text(encoding="utf-8")
    for file, _, body in BLOCK.findall(text):
        if file:
            (page_folder / file).write_text(body, encoding="utf-8")
    source = "\n".join(body for _, language, body in BLOCK.findall(text) if language == "python")
    test = doctest.DocTestParser().get_doctest(source, {}, name(path), str(path), 0)
    report: list[str] = []
    doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=report.append)
    assert not report, "".join(report)


@pytest.mark.parametrize("path", [p for p in WRITTEN if "```sparql" in p.read_text(encoding="utf-8")], ids=name)
def test_the_queries_of_a_page_have_rows(path, kg):
    for _, language, body in BLOCK.findall(path.read_text(encoding="utf-8")):
        assert language != "sparql" or list(kg.query(body)), body


def anchors(path: Path) -> set[str]:
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in found}


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_the_links_of_a_page_lead_somewhere(path):
    text = BLOCK.sub("", path.read_text(encoding="utf-8"))
    for link in re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"", text):
        target, _, anchor = (link[0] or link[1]).partition("#")
        if target.startswith(("http://", "https://")):
            continue
        aim = (path.parent / target).resolve() if target else path
        assert aim.exists(), f"{target} in {name(path)}"
        assert not anchor or anchor in anchors(aim), f"#{anchor} in {name(path)}"


@pytest.mark.parametrize("path", [p for p in WRITTEN if p.parent != ROOT], ids=name)
def test_every_page_is_linked_from_another(path):
    others = [p for p in PAGES if p != path]
    linked = {
        (p.parent / link.split("#")[0]).resolve()
        for p in others
        for link in re.findall(r"\]\(([^)\s]+)\)", p.read_text(encoding="utf-8"))
    }
    assert path in linked


def test_no_page_names_a_folder_of_a_machine():
    private = re.compile(r"/(?:home|root|tmp|work|Users)/\w")
    assert [name(p) for p in PAGES if private.search(p.read_text(encoding="utf-8"))] == []


def reference(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "docs.reference", *arguments], cwd=ROOT, check=False).returncode


def test_the_generated_reference_is_current():
    assert reference("--check") == 0


def test_a_stale_reference_is_noticed(tmp_path):
    assert reference("--output", str(tmp_path)) == 0
    assert reference("--check", "--output", str(tmp_path)) == 0
    (tmp_path / "reference" / "cli.md").write_text("old", encoding="utf-8")
    assert reference("--check", "--output", str(tmp_path)) == 1
