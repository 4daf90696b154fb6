"""Run the notebooks of ``docs/notebooks`` and keep their outputs.

``python -m docs.notebooks`` runs each from the top in a fresh kernel and writes it; with ``--check`` nothing is
written, and the exit code is 1 where a cell fails or shows something else than the file does.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import spasmkg

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["differences", "main", "run"]

HERE = Path(__file__).parent / "notebooks"
SECONDS = 240
"""How long one cell may take: a guard against a kernel that hangs, far above what any cell needs."""
_DATASET = re.compile(r'<text [^>]*data-part="source"[^>]*>|\bdataset [0-9a-f]{8}\b')
"""Changes with every comment in the ontology, the queries and the code that builds the graph: not compared."""


def run(path: Path) -> NotebookNode:
    """A notebook as it is after all its cells have run, without anything that differs from run to run.

    Exits where the kernel dies. What the kernel process itself writes to standard error is shown only then: as it
    ends, after all cells, its messaging library at times prints a failed assertion. What cells write is in the outputs.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import DeadKernelError

    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryFile() as said:
        client = NotebookClient(
            notebook, timeout=SECONDS, kernel_name="python3", allow_errors=True, coalesce_streams=True,
            record_timing=False, resources={"metadata": {"path": scratch}},
        )  # fmt: skip
        try:
            client.execute(env=_environment(scratch), stderr=said)
        except DeadKernelError:
            said.seek(0)
            sys.exit(f"{path.name}: the kernel died\n{said.read().decode(errors='replace')}".rstrip())
    return _plain(notebook, path.stem)


def _environment(scratch: str) -> dict[str, str]:
    """The kernel imports the package that is imported here, and nothing of the user's own settings."""
    package = str(Path(spasmkg.__file__).parent.parent)
    found = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH", "")]))
    own = {"PYTHONPATH": found, "IPYTHONDIR": scratch, "NO_COLOR": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    return {k: v for k, v in os.environ.items() if k != "SPASMKG_STORE"} | own


def _plain(notebook: NotebookNode, stem: str) -> NotebookNode:
    """The same without identifiers made by chance, and without what the machine tells of itself."""
    from nbformat import from_dict

    notebook.metadata = from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
        }
    )
    for place, cell in enumerate(notebook.cells, 1):
        cell.id, cell.metadata = f"{stem}-{place}", from_dict({})
        for output in cell.get("outputs", ()):
            if "metadata" in output:
                output.metadata = from_dict({})
    return notebook


def failures(notebook: NotebookNode) -> Iterator[str]:
    """What no notebook may show: an error, or words on standard error."""
    for place, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                yield f"cell {place} fails: {output.ename}: {output.evalue}"
            elif output.get("name") == "stderr":
                yield f"cell {place} writes to standard error: {output.text.strip()}"


def differences(kept: NotebookNode, made: NotebookNode) -> Iterator[str]:
    """What the second notebook shows otherwise than the first, cell by cell."""
    if len(kept.cells) != len(made.cells):
        yield f"{len(kept.cells)} cells are kept, {len(made.cells)} were run"
        return
    for place, (old, new) in enumerate(zip(kept.cells, made.cells, strict=True), 1):
        one, two = _shown(old), _shown(new)
        if one != two:
            lines = difflib.unified_diff(one, two, "kept", "now", n=0, lineterm="")
            told = "\n".join(f"  {line[:200]}" for line in list(lines)[2:12])
            yield f"cell {place} shows something else:\n{told}"


def _shown(cell: NotebookNode) -> list[str]:
    """The outputs of a cell as lines, each media type under its name."""
    lines = []
    for output in cell.get("outputs", ()):
        data: dict[str, Any] = output.get("data") or {output.output_type: output.get("text", "")}
        for media in sorted(data):
            lines += [media, *_DATASET.sub("dataset", str(data[media])).replace("><", ">\n<").splitlines()]
    return lines


def main(argv: Sequence[str] | None = None) -> int:
    """Run the notebooks, and write or check them."""
    import nbformat

    parser = argparse.ArgumentParser(prog="python -m docs.notebooks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where a notebook is stale")
    parser.add_argument("--folder", type=Path, default=HERE, metavar="DIR", help="where the notebooks are")
    options = parser.parse_args(argv)
    paths = sorted(options.folder.glob("*.ipynb"))
    wrong = [] if paths else [f"no notebook in {options.folder}"]
    for path in paths:
        made = run(path)
        found = list(failures(made))
        if options.check:
            found += differences(nbformat.read(path, as_version=4), made)
        elif not found:
            path.write_text(nbformat.writes(made).rstrip("\n") + "\n", encoding="utf-8")
            print(f"wrote {path.name}")
        wrong += [f"{path.name}: {words}" for words in found]
    for words in wrong:
        print(words, file=sys.stderr)
    if wrong and options.check:
        print("run and write the notebooks again with: python -m docs.notebooks", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
