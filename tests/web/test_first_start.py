"""The first start of a server: the graph is built by a child, so that what that takes is given back."""

from __future__ import annotations

import os
import subprocess
import sys

CODE = """
import os
from spasmkg import cache
from spasmkg.web import server

def bundled(note):
    os.write(1, b"%d\\n" % os.getpid())
    if fails:
        raise OSError("no room")
    return "home", "dataset"

cache.built, cache.bundled, fails = (lambda: known), bundled, {fails}
known = {known}
try:
    assert server._bundled(print) == ("home", "dataset")
except OSError as error:
    os.write(1, str(error).encode())
os.write(1, b"%d\\n" % os.getpid())
"""


def said(*, known: object = None, fails: bool = False) -> list[str]:
    code = CODE.format(known=known, fails=fails)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    return done.stdout.splitlines()


def test_a_graph_that_is_missing_is_built_by_a_child():
    child, parent, last = said()
    assert child != parent == last


def test_a_graph_that_is_there_needs_no_child():
    assert len(set(said(known=("home", "dataset")))) == 1


def test_what_goes_wrong_is_told_by_the_parent():
    lines = said(fails=True)
    assert lines[2].startswith("no room")
    assert len(set(lines)) == 3
