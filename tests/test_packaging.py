"""The wheel and an editable install both work from an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import ProxyHandler, Request, build_opener

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


def test_the_wheel_holds_the_workbench(wheel):
    """Each template, style, font, script and bundle of the source, and the licences of what is not ours."""
    names = set(zipfile.ZipFile(wheel).namelist())
    web = ROOT / "src" / "spasmkg" / "web"
    wanted = {f"spasmkg/web/{p.relative_to(web).as_posix()}" for part in ("static", "templates") for p in (web / part).rglob("*")
              if p.is_file()}  # fmt: skip
    assert len(wanted) > 60
    assert wanted <= names
    licences = {n.partition(".dist-info/licenses/")[2] for n in names if ".dist-info/licenses/" in n}
    assert {f"src/spasmkg/web/static/{n}" for n in ("fonts/OFL.txt", "vendor/NOTICES.txt")} <= licences
    assert not [n for n in names if "node_modules" in n or n.endswith(("package.json", "package-lock.json"))]


def clean_environment(folder: Path) -> dict[str, str]:
    path = os.pathsep.join(
        p
        for p in os.environ["PATH"].split(os.pathsep)
        if not any((Path(p) / t).exists() for t in ("node", "java", "git"))
    )
    return {"PATH": path, "HOME": str(folder), "SPASMKG_CACHE": str(folder / "cache"), "LANG": "C.UTF-8"}


def is_served(command: str, folder: Path, environment: dict[str, str]) -> None:
    """The pages come from what is installed, with every script that they need; this machine alone is asked."""
    process = subprocess.Popen(
        [command, "serve", "--port", "0"], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )  # fmt: skip
    assert process.stdout is not None
    try:
        base = process.stdout.readline().strip()
        assert base.startswith("http://127.0.0.1:")
        scripts: set[str] = set()
        for path, words in (("/", "Browse by kind"), ("/id/baclofen", "What is said of it"), ("/query", "Examples"),
                            ("/explore?start=diuretics", "mineral depletion")):  # fmt: skip
            body = asked(base, path)
            assert words in body
            scripts |= set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"', body))
        assert any(s.endswith("/explore/main.js") for s in scripts)
        todo, done = sorted(scripts), set()
        while todo:
            if (at := todo.pop()) not in done:
                done.add(at)
                found = asked(base, at)
                if at.endswith(".js"):  # what is imported on use, too
                    todo += [urljoin(at, other) for other in re.findall(r'(?:from |import\()"(\.[^"]+\.js)"', found)]
        assert {"cytoscape.js", "codemirror.js"} <= {at.rpartition("/")[2] for at in done}
    finally:
        process.terminate()
        process.stdout.close()
        assert process.wait(30) == 0


def asked(base: str, path: str) -> str:
    """What is at an address; 200 is asked for."""
    direct = build_opener(ProxyHandler({}))
    with direct.open(Request(urljoin(base, path), headers={"Accept": "text/html,*/*;q=0.5"}), timeout=60) as answer:
        return answer.read().decode()


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
    if how == "wheel":
        is_served(command, empty, clean_environment(tmp_path))
    where = subprocess.run(
        [str(home / "bin" / "python"), "-c", "import spasmkg; print(spasmkg.__file__)"],
        capture_output=True,
        text=True,
        cwd=empty,
    )
    assert (str(site) in where.stdout) == (how == "wheel")
    assert list(empty.iterdir()) == []
