"""The notebooks run from the top in a fresh kernel and show what they are committed with."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "docs" / "notebooks"
NOTEBOOKS = sorted(HERE.glob("*.ipynb"))
NAMES = [p.stem for p in NOTEBOOKS]


def script(*arguments: object) -> tuple[int, str]:
    """The exit code of the script and what it says on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "docs.notebooks", *map(str, arguments)],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, done.stderr


def cells(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def shown(path: Path) -> list[tuple[str, str]]:
    """Every output of a notebook as (media type, text)."""
    found = []
    for cell in cells(path):
        for output in cell.get("outputs", ()):
            for media, text in output.get("data", {output["output_type"]: output.get("text", "")}).items():
                found.append((media, "".join(text)))
    return found


@pytest.fixture
def folder(tmp_path):
    """A folder with one small notebook: ``folder(source, …)`` writes its code cells."""

    def write(*sources: str) -> Path:
        code = [
            {"cell_type": "code", "id": f"c{i}", "execution_count": None, "metadata": {}, "outputs": [], "source": s}
            for i, s in enumerate(sources)
        ]
        notebook = {"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (tmp_path / "small.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.slow
def test_the_notebooks_show_what_they_are_committed_with():
    assert script("--check") == (0, "")


@pytest.mark.slow
def test_a_failing_cell_is_noticed_and_nothing_is_written(folder):
    where = folder("1 + 1", "1 / 0", "2 + 2")
    before = (where / "small.ipynb").read_text(encoding="utf-8")
    for arguments in (["--check"], []):
        code, said = script(*arguments, "--folder", where)
        assert code == 1
        assert "small.ipynb: cell 2 fails: ZeroDivisionError: division by zero" in said
        assert (where / "small.ipynb").read_text(encoding="utf-8") == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "media"),
    [
        ("'one'", "text/plain"),
        ("print('one')", "stream"),
        ("from IPython.display import HTML; HTML('<p>one</p>')", "text/html"),
        ("from IPython.display import SVG; SVG('<svg xmlns=\"x\"><text>one</text></svg>')", "image/svg+xml"),
    ],
)
def test_another_output_is_noticed(folder, source, media):
    where = folder("0", source)
    assert script("--folder", where) == (0, "")
    assert media in dict(shown(where / "small.ipynb"))
    assert script("--check", "--folder", where) == (0, "")
    path = where / "small.ipynb"
    made = json.loads(path.read_text(encoding="utf-8"))
    for output in made["cells"][1]["outputs"]:
        part = output["data"] if media in output.get("data", {}) else output
        key = media if part is not output else "text"
        part[key] = "".join(part[key]).replace("one", "two")
    path.write_text(json.dumps(made), encoding="utf-8")
    code, said = script("--check", "--folder", where)
    assert code == 1
    assert "small.ipynb: cell 2 shows something else" in said
    assert "cell 1" not in said


@pytest.mark.slow
def test_words_on_standard_error_and_empty_folders_are_refused(folder, tmp_path_factory):
    code, said = script("--folder", folder("import warnings; warnings.warn('old')"))
    assert code == 1
    assert "cell 1 writes to standard error" in said
    assert script("--check", "--folder", tmp_path_factory.mktemp("none"))[0] == 1


@pytest.mark.slow
def test_a_kernel_that_dies_is_reported(folder):
    code, said = script("--folder", folder("import os; os._exit(3)"))
    assert code == 1
    assert said.startswith("small.ipynb: the kernel died")


@pytest.mark.slow
def test_the_kernel_imports_the_package_under_test_and_runs_in_an_empty_folder(folder):
    where = folder("import os, spasmkg; print(spasmkg.__file__, os.listdir())")
    assert script("--folder", where) == (0, "")
    ((_, text),) = shown(where / "small.ipynb")
    import spasmkg

    assert text.startswith(spasmkg.__file__ + " [")
    assert "small.ipynb" not in text


def test_a_change_of_the_dataset_alone_is_no_difference(monkeypatch):
    import nbformat

    monkeypatch.syspath_prepend(ROOT)
    from docs.notebooks import differences

    def notebook(text):
        output = nbformat.v4.new_output("execute_result", {"text/html": text})
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=[output])])

    kept = notebook("<p>dataset 1fbbd387; all 7 edges</p>")
    assert list(differences(kept, notebook("<p>dataset 00000000; all 7 edges</p>"))) == []
    assert len(list(differences(kept, notebook("<p>dataset 1fbbd387; all 8 edges</p>")))) == 1
    assert len(list(differences(kept, nbformat.v4.new_notebook()))) == 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_committed_notebook_is_small_and_tells_nothing_of_a_machine(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < 300_000
    assert not re.search(r"\bat 0x[0-9a-f]+|/(?:home|root|tmp|work|Users)/\w|ipykernel_\d", text)
    assert "iopub" not in text
    made = json.loads(text)
    assert set(made["metadata"]) == {"kernelspec", "language_info"}
    assert "version" not in made["metadata"]["language_info"]
    assert all(not cell["metadata"] for cell in made["cells"])
    code = [cell for cell in made["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))


def test_the_notebooks_show_tables_lists_and_pictures():
    assert NAMES == ["study", "tour"]
    for path in NOTEBOOKS:
        found = shown(path)
        assert sum(media == "image/svg+xml" for media, _ in found) >= 2
        assert any(media == "text/html" and "<ol><li>" in text for media, text in found)
        assert any(media == "text/html" and "<table" in text for media, text in found)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_the_links_of_a_notebook_lead_somewhere(path):
    for cell in cells(path):
        if cell["cell_type"] == "markdown":
            for link in re.findall(r"\]\(([^)\s]+)\)", "".join(cell["source"])):
                assert (path.parent / link.split("#")[0]).exists(), link


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_notebook_is_linked_from_the_pages(path):
    assert f"docs/notebooks/{path.name}" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"notebooks/{path.name}" in (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
