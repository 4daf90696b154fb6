"""The committed bundles of the workbench are those that frontend/package-lock.json names, with their licences."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "src" / "spasmkg" / "web" / "static" / "vendor"
FRONTEND = ROOT / "frontend"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def disagreements(root: Path) -> list[str]:
    """What in a tree does not fit its manifest or its lock file."""
    vendor = root / VENDOR.relative_to(ROOT)
    manifest = json.loads((vendor / "manifest.json").read_text())
    lock = json.loads((root / "frontend" / "package-lock.json").read_text())["packages"]
    notices = (vendor / "NOTICES.txt").read_text()
    found = [name for name, made in manifest["bundles"].items() if sha256(vendor / name) != made["sha256"]]
    found += [name for name, digest in manifest["sources"].items() if sha256(root / name) != digest]
    if sha256(vendor / "NOTICES.txt") != manifest["notices"]:
        found.append("NOTICES.txt")
    for made in manifest["bundles"].values():
        for name, version in made["packages"].items():
            if lock[f"node_modules/{name}"]["version"] != version:
                found.append(f"{name} {version}")
            if f"{name} {version} (" not in notices:
                found.append(f"licence of {name}")
    return found


@pytest.fixture
def copied(tmp_path) -> Path:
    shutil.copytree(VENDOR, tmp_path / VENDOR.relative_to(ROOT))
    shutil.copytree(FRONTEND, tmp_path / "frontend", ignore=shutil.ignore_patterns("node_modules"))
    return tmp_path


def test_the_bundles_are_what_the_lock_file_names():
    assert disagreements(ROOT) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("vendor/codemirror.js", "export", "export ", "codemirror.js"),
        ("vendor/NOTICES.txt", "MIT License", "MIT", "NOTICES.txt"),
        ("frontend/package-lock.json", '"version": "3.', '"version": "4.', "frontend/package-lock.json"),
        ("frontend/build.mjs", "minify: true", "minify: false", "frontend/build.mjs"),
    ],
)
def test_a_change_of_either_is_seen(copied, name, old, new, told):
    folder = copied / "src" / "spasmkg" / "web" / "static" if name.startswith("vendor") else copied
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    assert told in disagreements(copied)


def test_the_lock_file_holds_no_addresses_and_a_digest_of_every_package():
    text = (FRONTEND / "package-lock.json").read_text()
    assert '"resolved"' not in text
    packages = {name: p for name, p in json.loads(text)["packages"].items() if name}
    assert packages
    assert all(p["integrity"].startswith("sha512-") for p in packages.values())
    assert packages["node_modules/codemirror"]["version"] == "6.0.2"  # later ones are version 5 under a wrong number
    wanted = json.loads((FRONTEND / "package.json").read_text())
    pinned = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert all(re.fullmatch(r"[\d.]+", version) for version in pinned.values())


@pytest.mark.parametrize("name", ["codemirror.js", "cytoscape.js"])
def test_a_bundle_asks_for_nothing_that_the_policy_of_the_pages_refuses(name):
    text = (VENDOR / name).read_text()
    assert not re.search(r"\beval\(|new Function\(|\bimport\(|importScripts", text)
    assert not re.search(r"^import\b|;import\b", text)  # all that it needs is in it
    assert not re.search(r"\.head&&\w+\.adoptedStyleSheets", text)  # style-mod would put a style element into the page
    assert "sourceMappingURL" not in text


@pytest.mark.slow
@pytest.mark.skipif(not (FRONTEND / "node_modules").is_dir(), reason="the packages are not installed: make vendor")
def test_the_bundles_are_built_from_the_packages_byte_for_byte(copied):
    (copied / "frontend" / "node_modules").symlink_to(FRONTEND / "node_modules")
    subprocess.run(["node", "build.mjs"], cwd=copied / "frontend", check=True, capture_output=True)
    built = copied / VENDOR.relative_to(ROOT)
    assert {p.name: sha256(p) for p in built.iterdir()} == {p.name: sha256(p) for p in VENDOR.iterdir()}
