"""The wheel and an editable install both work from an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


def test_the_wheel_holds_ontology_queries_and_types(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"spasmkg/py.typed", "spasmkg/data/ontology/drugs.ttl", "spasmkg/data/ontology/prefixes.epm.json"} <= names
    here = "spasmkg/draw"
    assert {f"{here}/fonts/SpasmkgSans-Regular.ttf", f"{here}/fonts/OFL.txt", f"{here}/assets/picture.js"} <= names
    vendor = "spasmkg/web/static/vendor"
    assert {f"{vendor}/codemirror.js", f"{vendor}/cytoscape.js", f"{vendor}/NOTICES.txt"} <= names
    assert any(n.endswith(".dist-info/licenses/src/spasmkg/web/static/vendor/NOTICES.txt") for n in names)
    for folder in ("competency", "construct", "verify"):
        here = {f"spasmkg/data/queries/{folder}/{p.name}" for p in (ROOT / "queries" / folder).glob("*.rq")}
        assert here <= names
    assert not [n for n in names if n.startswith("tests/") or n.endswith((".pyc", "article.txt"))]


def clean_environment(folder: Path) -> dict[str, str]:
    path = os.pathsep.join(
        p
        for p in os.environ["PATH"].split(os.pathsep)
        if not any((Path(p) / t).exists() for t in ("node", "java", "git"))
    )
    return {"PATH": path, "HOME": str(folder), "SPASMKG_CACHE": str(folder / "cache"), "LANG": "C.UTF-8"}


@pytest.mark.parametrize("how", ["wheel", "editable"])
def test_an_install_works_from_an_empty_folder(how, wheel, tmp_path):
    """Dependencies come from this environment; what is installed is the package alone."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=False, system_site_packages=False)
    site = next((home / "lib").glob("python*/site-packages"))
    mine = next(p for p in sys.path if p.endswith("site-packages"))
    (site / "dependencies.pth").write_text(mine + "\n")
    source = [str(wheel)] if how == "wheel" else ["--no-build-isolation", "--editable", str(ROOT)]
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(home), "install", "--quiet", "--no-deps", *source],
        check=True,
        capture_output=True,
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    command = str(home / "bin" / "spasmkg")
    done = subprocess.run(
        [command, "query", "drug-side-effects", "--drug", "dantrolene"],
        cwd=empty,
        env=clean_environment(tmp_path),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "hepatotoxicity" in done.stdout
    for what in (["dantrolene", "-o", "a.html"], ["--chart", "causes", "-o", "b.png"]):
        done = subprocess.run(
            [command, "draw", *what], cwd=tmp_path, env=clean_environment(tmp_path), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert (tmp_path / what[-1]).stat().st_size > 10_000
    where = subprocess.run(
        [str(home / "bin" / "python"), "-c", "import spasmkg; print(spasmkg.__file__)"],
        capture_output=True,
        text=True,
        cwd=empty,
    )
    assert (str(site) in where.stdout) == (how == "wheel")
    assert list(empty.iterdir()) == []
