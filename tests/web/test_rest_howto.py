"""The how-to of the REST interface does what it shows."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from test_docs import BLOCK, commands, matches

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "serve-rest.md"
THERE = "http://127.0.0.1:7878"


def blocks(server, language):
    text = PAGE.read_text(encoding="utf-8").replace(THERE, server.url.rstrip("/"))
    return [body for _, found, body in BLOCK.findall(text) if found == language]


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_commands_print_what_the_page_shows(server):
    found = [pair for body in blocks(server, "console") for pair in commands(body)]
    assert len(found) > 6
    for command, expected in found:
        shown = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=True).stdout
        assert matches(expected.replace("\r", ""), shown.replace("\r", "")), f"$ {command}\n{shown}"


def test_the_python_of_the_page_prints_what_it_shows(server):
    pytest.importorskip("pandas")
    names: dict[str, object] = {}
    expected = [body for body in blocks(server, "text") if not body.startswith("$ ")]
    for source, shown in zip(blocks(server, "python"), expected, strict=True):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(source, str(PAGE), "exec"), names)
        assert out.getvalue() == shown


def test_the_addresses_in_r_answer(server):
    (source,) = blocks(server, "r")
    addresses = re.findall(r'paste0\(server, "([^"]+)"\)', source)
    assert len(addresses) == 2
    for path in addresses:
        assert server.ask("GET", path).status == 200
    answer = server.ask("GET", addresses[1]).json()["rows"][0]
    assert {"drug_label", "side_effect_label"} <= set(answer)
    assert answer["evidence"]["claims"][0]["cite"]
