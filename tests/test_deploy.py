"""What stands in ``deploy/`` refers to what exists: options, files, ports, prefixes."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from spasmkg.cli.parser import make_parser

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def served(words: list[str]):
    """The options of a command line that starts the server; one that is wrong is a failure."""
    assert Path(words[0]).name == "spasmkg"
    return make_parser().parse_args(words[1:])


# ---- the unit of systemd ----


def unit() -> list[tuple[str, str]]:
    lines = [line for line in text("spasmkg.service").splitlines() if line and not line.startswith("#")]
    return [tuple(line.split("=", 1)) for line in lines if "=" in line]  # type: ignore[misc]


def test_the_unit_starts_the_server():
    settings = dict(unit())
    options = served(shlex.split(settings["ExecStart"]))
    assert (options.command, options.host, options.port) == ("serve", "127.0.0.1", 7878)
    more = " ".join(re.findall(r"^#   (--store .*)$", text("spasmkg.service"), re.MULTILINE))
    assert served(shlex.split(f"{settings['ExecStart']} {more}")).enable_update


def test_the_unit_lets_workers_do_what_they_do():
    settings = dict(unit())
    assert set(settings["RestrictNamespaces"].split()) == {"net", "user"}
    assert "AF_UNIX" in settings["RestrictAddressFamilies"]
    assert settings["KillMode"] == "mixed"
    assert len({name for name, _ in unit()}) == len(unit())


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_reads_the_unit(tmp_path):
    good = text("spasmkg.service").replace("/opt/spasmkg/bin/spasmkg", sys.executable)
    assert said_of(tmp_path, good) == ""
    assert "Unknown key" in said_of(tmp_path, good.replace("ProtectHome=", "ProtectHomes="))


def said_of(folder: Path, unit: str) -> str:
    """What systemd has to say of a unit; the units of this machine do not matter."""
    (folder / "spasmkg.service").write_text(unit)
    command = ["systemd-analyze", "verify", "--man=no", str(folder / "spasmkg.service")]
    found = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return "\n".join(line for line in found.stderr.splitlines() if "spasmkg.service" in line)


# ---- the container ----


def instructions() -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", "", text("Dockerfile"))
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(" ", 1)) for line in lines]  # type: ignore[misc]


def test_what_the_container_copies_is_there_and_is_all():
    copied = [w for name, rest in instructions() if name == "COPY" and "--from" not in rest for w in rest.split()[:-1]]
    assert all((ROOT / word).exists() for word in copied)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = {*project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"], project["project"]["readme"]}
    needed |= {name.split("/")[0] for name in project["project"]["license-files"]} | {"src", "pyproject.toml"}
    assert needed <= set(copied)
    let_in = {line[1:] for line in text("Dockerfile.dockerignore").splitlines() if line.startswith("!")}
    assert set(copied) <= let_in


def test_the_container_starts_the_server_as_nobody_special():
    found = dict(instructions())
    options = served(json.loads(found["ENTRYPOINT"]))
    assert (options.command, str(options.port)) == ("serve", found["EXPOSE"])
    assert found["USER"] not in ("root", "0")
    assert f"http://127.0.0.1:{options.port}/health" in found["HEALTHCHECK"]
    assert {name for name, _ in instructions()} <= {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "STOPSIGNAL",
                                                    "HEALTHCHECK", "ENTRYPOINT"}  # fmt: skip


def test_the_python_of_the_container_is_one_that_is_supported():
    versions = re.findall(r"^FROM python:(\d\.\d+)-slim", text("Dockerfile"), re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert len(versions) == 2
    assert all(f"Programming Language :: Python :: {v}" in project["classifiers"] for v in versions)


# ---- the proxies ----


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_leads_to_the_server_and_hides_its_figures(name):
    options = served(shlex.split(dict(unit())["ExecStart"]))
    prefix = re.sub(r"https://[^/]*", "", options.base_url)
    source = text(name)
    assert options.base_url in source
    assert f"127.0.0.1:{options.port}" in source
    assert re.search(rf"{prefix}metrics\b[^\n]*(\n[^\n]*return)? 404", source)
    assert source.count("{") == source.count("}")


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_nginx_reads_its_part(tmp_path):
    whole = f"pid {tmp_path}/pid; events {{}} http {{ access_log off; server {{ listen 127.0.0.1:18080; {text('nginx.conf')} }} }}"
    (tmp_path / "nginx.conf").write_text(whole)
    command = ["nginx", "-t", "-p", str(tmp_path), "-e", str(tmp_path / "log"), "-c", str(tmp_path / "nginx.conf")]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert found.returncode == 0, found.stderr


@pytest.mark.skipif(not shutil.which("caddy"), reason="caddy is not installed")
def test_caddy_reads_its_file():
    command = ["caddy", "adapt", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
