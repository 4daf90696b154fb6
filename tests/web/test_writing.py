"""Updates and the Graph Store Protocol: who may write, what a change does, and what survives."""

from __future__ import annotations

import contextlib
import http.client
import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import quote

import pytest
from serving import TOKEN, form, serve, until, writable

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
UPDATE = {"Content-Type": "application/sparql-update"}
BEARER = {"Authorization": f"Bearer {TOKEN}"}
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
INSERT = "INSERT DATA { <urn:a> <urn:b> <urn:c> }"


@pytest.fixture(autouse=True)
def empty(request):
    if "writing" in request.fixturenames:
        assert request.getfixturevalue("writing").update("DROP ALL").status == 204


# ---- who may write ----


def test_nothing_is_written_unless_that_is_enabled(server):
    for answer in (
        server.update(INSERT),
        server.store("PUT", "/store?default", "<urn:a> <urn:b> <urn:c> ."),
        server.store("DELETE", "/store?default"),
    ):
        assert (answer.status, answer.json()["code"]) == (403, "read-only")
    assert not server.query("ASK { <urn:a> ?p ?o }").json()["boolean"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": TOKEN},
     {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": "Bearer "}, {"Cookie": f"token={TOKEN}"}],
)  # fmt: skip
def test_a_change_needs_the_token(writing, headers):
    ways = [("POST", "/update", UPDATE, INSERT), ("POST", "/update", FORM, form(update=INSERT)),
            ("PUT", "/store?default", {"Content-Type": "text/turtle"}, "<urn:a> <urn:b> <urn:c> ."),
            ("POST", "/store", {"Content-Type": "text/turtle"}, "<urn:a> <urn:b> <urn:c> ."),
            ("DELETE", "/store?default", {}, None)]  # fmt: skip
    for method, path, own, body in ways:
        answer = writing.ask(method, path, {**own, **headers}, body)
        assert answer.status == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert writing.count() == 0


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("GET", f"/update?update={quote(INSERT)}", {}, None, 405),
        ("GET", f"/sparql?update={quote(INSERT)}", {}, None, 400),
        ("GET", f"/sparql?query={quote(INSERT)}", {}, None, 400),
        ("POST", "/sparql", FORM, form(update=INSERT), 400),
        ("POST", "/sparql", FORM, form(query=INSERT), 400),
        ("POST", "/sparql", UPDATE, INSERT, 415),
        ("POST", f"/sparql?update={quote(INSERT)}", {"Content-Type": "application/sparql-query"}, "ASK {}", 400),
        ("POST", "/update", {"Content-Type": "text/plain"}, INSERT, 415),
        ("POST", "/update", {}, INSERT, 415),
        ("POST", "/update", FORM, form(query="ASK {}"), 400),
        ("POST", "/update", FORM, f"{form(update=INSERT)}&{form(update=INSERT)}", 400),
        ("POST", "/update", UPDATE, "INSERT DATA {", 400),
        ("POST", "/update", UPDATE, "ASK {}", 400),
        ("PUT", "/update", UPDATE, INSERT, 405),
        ("POST", "/update?using-graph-uri=urn:g", UPDATE, "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", 400),
        ("PUT", "/store", {"Content-Type": "text/turtle"}, "", 400),
        ("PUT", "/store?default&graph=urn:g", {"Content-Type": "text/turtle"}, "", 400),
        ("PUT", "/store?default", {"Content-Type": "text/turtle"}, "<urn:a> <urn:b>", 400),
        ("PUT", "/store?default", {"Content-Type": "application/pdf"}, "x", 415),
        ("PUT", "/store?default", {"Content-Type": "text/turtle", "Content-Encoding": "gzip"}, "x", 415),
        ("PUT", "/store?graph=urn%3Ag%20h", {"Content-Type": "text/turtle"}, "<urn:a> <urn:b> <urn:c> .", 400),
        ("PATCH", "/store?default", {"Content-Type": "text/turtle"}, "", 405),
        ("GET", "/store", {}, None, 400),
        ("GET", "/store?graph=urn:none", {}, None, 404),
        ("GET", "/store?default", {"Accept": "text/csv"}, None, 406),
    ],
)  # fmt: skip
def test_what_is_no_change_changes_nothing(writing, method, path, headers, body, status):
    answer = writing.ask(method, path, {**headers, **BEARER}, body)
    assert (answer.status, answer.media) == (status, "application/problem+json")
    assert writing.count() == 0


def test_a_mistake_in_an_update_or_a_document_has_a_place(writing):
    problem = writing.update("INSERT DATA {\n <urn:a> <urn:b> }").json()
    assert problem["line"] == 2
    problem = writing.store("PUT", "/store?default", "<urn:a> <urn:b> <urn:c> .\n<urn:a> .").json()
    assert problem["line"] == 2


# ---- updates ----


def test_an_update_is_seen_by_the_next_query(writing):
    for number in range(5):
        assert writing.update(f"INSERT DATA {{ <urn:a> <urn:b> {number} }}").status == 204
        assert writing.count() == number + 1
    by_form = writing.ask("POST", "/update", {**FORM, **BEARER}, form(update="DELETE WHERE { ?s ?p ?o }"))
    assert (by_form.status, writing.count()) == (204, 0)


def test_an_update_is_done_whole_or_not_at_all(writing):
    answer = writing.update(f"{INSERT} ; CREATE GRAPH <urn:g> ; CREATE GRAPH <urn:g>")
    assert (answer.status, answer.json()["code"], writing.count()) == (500, "failed", 0)


def test_the_request_names_the_dataset_of_an_update(writing):
    writing.update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } GRAPH <urn:h> { <urn:a> <urn:b> 2 } }")
    copy = "INSERT { <urn:a> <urn:copied> ?o } WHERE { ?s <urn:b> ?o }"
    assert writing.update(copy, query="?using-graph-uri=urn:g").status == 204
    assert writing.query("SELECT ?o { ?s <urn:copied> ?o }").values("o") == ["1"]
    drop = "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert writing.update(drop, query="?using-named-graph-uri=urn:h").status == 204
    assert writing.query("SELECT ?g { GRAPH ?g { ?s ?p ?o } }").values("g") == ["urn:g"]


def test_load_reaches_nothing(writing, tmp_path):
    file = tmp_path / "x.ttl"
    file.write_text("<urn:a> <urn:b> <urn:c> .")
    for source in (f"file://{file}", writing.url + "store?default", "http://127.0.0.1:1/"):
        assert writing.update(f"LOAD <{source}>").status == 501
        assert writing.update(f"LOAD <{source}> INTO GRAPH <urn:g>").status == 501
        assert writing.update(f"load#\n<{source}>").status == 501
        assert writing.update(f"LOAD SILENT <{source}>").status == 204  # does nothing, as SILENT allows
        assert writing.update(f"LOADSILENT<{source}>").status in (400, 501)
    assert writing.update("LOAD <urn:x> INTO <urn:g>").status == 400
    assert writing.count() == writing.count("GRAPH ?g { ?s ?p ?o }") == 0


# ---- graphs ----


def test_a_graph_is_put_read_extended_and_dropped(writing):
    path = "/store?graph=" + quote("https://example.org/g", safe="")
    made = writing.store("PUT", path, "<urn:a> <urn:b> 1 .")
    assert made.status == 201
    assert writing.store("PUT", path, "<urn:a> <urn:b> 2 .").status == 204
    assert writing.store("POST", path, "<urn:a> <urn:b> 3 .").status == 204
    got = writing.ask("GET", path, {"Accept": "application/n-triples"})
    assert sorted(line.split('"')[1] for line in got.body.decode().splitlines()) == ["2", "3"]
    assert writing.ask("HEAD", path).status == 200
    assert writing.store("DELETE", path).status == 204
    assert writing.ask("GET", path).status == writing.ask("HEAD", path).status == 404
    assert writing.store("DELETE", path).status == 404


def test_an_address_below_the_store_names_a_graph(writing):
    assert writing.store("PUT", "/store/person/1.ttl", "<#me> <urn:b> 1 .").status == 201
    assert writing.query("SELECT ?g { GRAPH ?g { ?s ?p ?o } }").values("g") == [f"{writing.url}store/person/1.ttl"]
    assert writing.query("SELECT ?s { GRAPH ?g { ?s ?p ?o } }").values("s") == [f"{writing.url}store/person/1.ttl#me"]
    made = writing.store("POST", "/store", "<urn:a> <urn:b> 1 .")
    assert made.status == 201
    assert writing.ask("GET", made.headers["location"].removeprefix(writing.url[:-1])).status == 200


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("text/turtle", "<urn:a> <urn:b> [] ."),
        ("application/n-triples; charset=utf-8", '<urn:a> <urn:b> "é" .'),
        ("application/rdf+xml", f'<r:RDF xmlns:r="{RDF}" xmlns:u="urn:"><r:Description r:about="urn:a" u:b="c"/></r:RDF>'),
        ("application/ld+json", '{"@id": "urn:a", "urn:b": 1}'),
    ],
)  # fmt: skip
def test_documents_come_in_several_formats(writing, media, body):
    assert writing.store("PUT", "/store?default", body, media).status == 204
    assert writing.count() == 1


def test_several_documents_come_in_one_form(writing):
    body = (
        "--mark\r\nContent-Disposition: form-data; name=a; filename=a.ttl\r\nContent-Type: text/turtle\r\n\r\n"
        "<urn:a> <urn:b> 1 .\r\n--mark\nContent-Disposition: form-data; name=b\nContent-Type: application/n-triples\n\n"
        '<urn:a> <urn:b> "2" .\n--mark--\r\n'
    )
    assert writing.store("POST", "/store?default", body, "multipart/form-data; boundary=mark").status == 204
    assert writing.count() == 2
    assert writing.store("POST", "/store?default", body[:-10], "multipart/form-data; boundary=mark").status == 400


def test_a_bad_document_leaves_the_graph_as_it_was(writing):
    writing.store("PUT", "/store?default", "<urn:a> <urn:b> 1 .")
    large = "".join(f"<urn:{n}> <urn:b> {n} .\n" for n in range(400_000)) + "<urn:a> ."
    for body in ("<urn:a> <urn:b> 2 . <urn:a>", large):
        assert writing.store("PUT", "/store?default", body).status == 400
        assert writing.query("SELECT ?o { ?s ?p ?o }").values("o") == ["1"]
    assert writing.store("PUT", "/store?default", large.removesuffix("<urn:a> .")).status == 204
    assert writing.count() == 400_000


def test_xml_that_defines_words_of_its_own_is_refused(writing):
    bomb = '<!-- x --><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><r/>'
    answer = writing.store("PUT", "/store?default", f'<?xml version="1.0"?>{bomb}', "application/rdf+xml")
    assert answer.status == 400
    assert "type declaration" in answer.json()["detail"]


def test_json_ld_fetches_no_context(writing):
    body = '{"@context": "http://127.0.0.1:1/context.json", "@id": "urn:a", "b": 1}'
    answer = writing.store("PUT", "/store?default", body, "application/ld+json")
    assert answer.status == 400
    assert "is not fetched" in answer.json()["detail"]
    assert "line" not in answer.json()


def test_a_graph_has_a_tag_that_changes_with_the_store(writing):
    writing.store("PUT", "/store?default", "<urn:a> <urn:b> 1 .")
    etag = writing.ask("GET", "/store?default").headers["etag"]
    assert writing.ask("GET", "/store?default", {"If-None-Match": etag}).status == 304
    writing.update(INSERT)
    assert writing.ask("GET", "/store?default", {"If-None-Match": etag}).status == 200


def test_a_graph_is_changed_only_where_it_is_as_the_client_saw_it(writing):
    def change(method: str, body: str, **conditions: str) -> int:
        headers = {name.replace("_", "-"): value for name, value in conditions.items()}
        headers |= {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/turtle"}
        return writing.ask(method, "/store?graph=urn:seen", headers, body).status

    assert change("PUT", "<urn:a> <urn:b> 0 .", If_Match="*") == 412
    assert change("PUT", "<urn:a> <urn:b> 1 .", If_None_Match="*") == 201
    assert change("PUT", "<urn:a> <urn:b> 2 .", If_None_Match="*") == 412
    seen = writing.ask("GET", "/store?graph=urn:seen", {"Accept": "application/n-triples"}).headers["etag"]
    assert change("POST", "<urn:a> <urn:b> 3 .", If_Match='"another"') == 412
    assert change("POST", "<urn:a> <urn:b> 4 .", If_None_Match=seen) == 412
    assert change("POST", "<urn:a> <urn:b> 5 .", If_Match=seen) == 204
    assert change("DELETE", "", If_Match=seen) == 412
    assert writing.query("SELECT ?o { GRAPH <urn:seen> { ?s ?p ?o } } ORDER BY ?o").values("o") == ["1", "5"]
    assert change("DELETE", "", If_Match="*") == 204


# ---- what survives ----


def folder_of(server) -> Path:
    return server.log.parent / "store"


def children(pid: int) -> dict[int, str]:
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
            if int(fields[1]) == pid:
                found[int(stat.parent.name)] = (stat.parent / "cmdline").read_text()
        except (OSError, ValueError):
            continue
    return found


def test_what_was_answered_is_there_after_a_kill_at_any_moment(tmp_path):
    answered = []
    for turn in range(3):
        with serve(tmp_path, *writable(tmp_path), stop=False) as server:
            assert sorted(server.query("SELECT ?o { ?s <urn:n> ?o }").values("o")) == sorted(answered)
            assert server.count("?s <urn:half> ?o") == 0

            def write(server=server, turn=turn, answered=answered):
                for number in range(1000):
                    name = f"{turn}-{number}"
                    try:
                        half = "DATA { <urn:a> <urn:half> 1 }"
                        update = f'INSERT {half} ; DELETE {half} ; INSERT DATA {{ <urn:a> <urn:n> "{name}" }}'
                        if server.update(update).status == 204:
                            answered.append(name)
                    except OSError:
                        return

            thread = threading.Thread(target=write)
            thread.start()
            before = len(answered)
            until(lambda before=before, answered=answered: len(answered) >= before + 3)
            processes = [server.process.pid, *children(server.process.pid)]
            for pid in processes:
                os.kill(pid, signal.SIGKILL)
            server.process.wait()
            thread.join()
        with serve(tmp_path, "--store", str(tmp_path / "store")) as server:
            found = server.query("SELECT ?o { ?s <urn:n> ?o }").values("o")
            assert set(answered) <= set(found)
            assert len(found) - len(answered) <= 1  # the one that was done, and whose answer was on its way
            answered = found


def test_a_load_that_is_killed_is_there_wholly_or_not_at_all(tmp_path):
    """Each time a bit later: while the document comes, while it is read, while it is published."""
    body = "".join(f'<urn:{n}> <urn:b> "{n * 7919}" .\n' for n in range(300_000))
    assert len(body) > 8 << 20
    seen = []
    for number, sign in enumerate(("incoming.*", "work.*/*.sst", "store.2")):
        folder = tmp_path / str(number)
        folder.mkdir()
        with serve(folder, *writable(folder), stop=False) as server:
            assert server.update(INSERT).status == 204

            def load(server=server):
                with contextlib.suppress(OSError, http.client.HTTPException):
                    server.store("PUT", "/store?default", body)

            before = set((folder / "store").glob(sign))
            thread = threading.Thread(target=load)
            thread.start()

            def has_begun(folder=folder, before=before, sign=sign, thread=thread) -> bool:
                return set((folder / "store").glob(sign)) > before or not thread.is_alive()

            until(has_begun)
            for pid in [server.process.pid, *children(server.process.pid)]:
                os.kill(pid, signal.SIGKILL)
            server.process.wait()
            thread.join()
        with serve(folder, *writable(folder)) as server:
            seen.append(server.count())
            assert seen[-1] in (1, 300_000)
            assert server.update("INSERT DATA { <urn:x> <urn:y> 1 }").status == 204
            assert not list((folder / "store").glob("incoming.*"))
    assert 1 in seen  # the first is killed as soon as its document comes


def test_a_killed_writer_is_replaced_and_its_change_undone(writing):
    assert writing.update(INSERT).status == 204
    writer = next(pid for pid, line in children(writing.process.pid).items() if "store.writer" in line)
    os.kill(writer, signal.SIGKILL)
    assert writing.update("INSERT DATA { <urn:a> <urn:b> 2 }").status in (204, 500)
    assert writing.update("INSERT DATA { <urn:a> <urn:b> 3 }").status == 204
    assert writing.query("ASK { <urn:a> <urn:b> <urn:c>, 3 }").json()["boolean"]


def test_the_document_of_a_request_outlives_the_start_of_a_writer(writing):
    writer = next(pid for pid, line in children(writing.process.pid).items() if "store.writer" in line)
    os.kill(writer, signal.SIGKILL)
    until(lambda: writer not in children(writing.process.pid))
    for number in (1, 2):  # the first starts a writer
        assert writing.store("PUT", "/store?default", f"<urn:a> <urn:b> {number} .").status == 204
    assert writing.query("SELECT ?o { ?s ?p ?o }").values("o") == ["2"]


def test_an_update_that_is_late_is_undone(tmp_path):
    with serve(tmp_path, *writable(tmp_path, "--timeout", "5")) as server:
        server.update("INSERT DATA { " + " ".join(f"<urn:{n}> <urn:b> {n} ." for n in range(2000)) + " }")
        answer = server.update("INSERT { ?a <urn:x> ?f } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
        assert (answer.status, answer.json()["code"]) == (504, "late")
        assert server.update("DELETE WHERE { <urn:1> ?p ?o }").status == 204
        assert server.count() == 1999


def test_a_second_writer_is_told_so_and_readers_are_not(writing, tmp_path):
    folder = str(folder_of(writing))
    (tmp_path / "token").write_text(TOKEN)
    command = [sys.executable, "-m", "spasmkg", "serve", "--port", "0", "--store", folder, "--enable-update"]
    second = subprocess.run([*command, "--token-file", str(tmp_path / "token")], capture_output=True, text=True)
    assert second.returncode == 1
    assert "is being changed by another process" in second.stderr
    assert "Traceback" not in second.stderr
    with serve(tmp_path, "--store", folder) as reader:
        writing.update(INSERT)
        until(lambda: reader.count() == 1)  # a reader sees what another process wrote


def test_no_space_left_loses_nothing(tmp_path):
    def little_space() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, 2 << 20))

    with serve(tmp_path, *writable(tmp_path)) as server:
        assert server.update(INSERT).status == 204
    body = "".join(f'<urn:{n}> <urn:b> "{n * 7919}" .\n' for n in range(150_000))
    with serve(tmp_path, *writable(tmp_path), before=little_space) as server:
        answer = server.store("PUT", "/store?graph=urn:g", body)
        assert (answer.status, answer.json()["code"]) == (507, "no-space")
        large = "".join(f'<urn:{n}> <urn:b> "{n * 7919}" .\n' for n in range(60_000))
        answers = [answer, server.update(f"INSERT DATA {{ {large} }}"), server.store("PUT", "/store?default", large)]
        for told in answers:
            assert (told.status, told.json()["code"]) == (507, "no-space")
            assert str(tmp_path) not in told.json()["detail"]
        assert server.count() == 1
        assert server.update("INSERT DATA { <urn:a> <urn:b> 2 }").status == 204
        assert server.count() == 2


def no_files() -> None:
    """Not a byte goes into any file: what a full or read-only disk comes to, for whoever runs the tests."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def test_reading_needs_no_place_to_write(tmp_path, kg):
    with serve(tmp_path, before=no_files) as server:
        assert server.query("ASK { ?s ?p ?o }").json()["boolean"]
        for path in ("/id/baclofen", "/api/search?q=cramp", "/.well-known/void", "/api/openapi.json"):
            assert server.ask("GET", path).status == 200, path


def test_a_read_only_file_system_is_read_and_not_written(tmp_path):
    folder = tmp_path / "store"
    with serve(tmp_path, *writable(tmp_path)) as server:
        assert server.update(INSERT).status == 204
    fixed = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    around = ["unshare", "--map-root-user", "--mount", "sh", "-c", fixed, str(folder)]
    try:
        if subprocess.run([*around, "true"], capture_output=True, check=False).returncode:
            pytest.skip("the system gives no process mounts of its own")
    except FileNotFoundError:
        pytest.skip("unshare is not installed")
    with serve(tmp_path, "--store", str(folder), around=around) as server:
        assert server.count() == 1
        assert server.ask("GET", "/store?default").status == 200
    options = ["serve", "--port", "0", *writable(tmp_path)]
    refused = subprocess.run(
        [*around, sys.executable, "-m", "spasmkg", *options], capture_output=True, text=True, timeout=60, check=False
    )
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_bodies_of_a_hundred_megabytes_are_refused(writing):
    head = f"POST /update HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/sparql-update\r\n"
    said = writing.raw(f"{head}Content-Length: 104857600\r\n\r\n".encode())
    assert said.startswith(b"HTTP/1.1 413 ")
    assert writing.count() == 0


def test_old_stores_and_uploads_do_not_pile_up(writing):
    for number in range(12):
        writing.update(f"INSERT DATA {{ <urn:a> <urn:b> {number} }}")
        writing.store("POST", "/store?default", f"<urn:a> <urn:c> {number} .")
        writing.count()
    names = sorted(p.name for p in folder_of(writing).iterdir())
    assert len([n for n in names if n.startswith("store")]) <= 9  # the last two, and what idle workers have open
    assert not [n for n in names if n.startswith("incoming")]


def test_a_missing_folder_is_made_with_the_bundled_graph_in_it(tmp_path, server):
    with serve(tmp_path, "--store", str(tmp_path / "made" / "here")) as made:
        assert made.count() == server.count() > 1000
        assert made.health()["dataset"] == server.health()["dataset"]
    with serve(tmp_path, "--store", str(tmp_path / "made" / "here")) as again:
        assert again.count() > 1000


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--enable-update"], 2, "--store"),
        (["--store", "x", "--enable-update"], 2, "--token-file"),
        (["--store", "x", "--enable-update", "--token-file", "none"], 1, "none"),
        (["--store", "x", "--enable-update", "--token-file", "short"], 1, "one token on one line"),
        (["--empty"], 2, "--store"),
        (["--port", "99999"], 2, "port"),
        (["--timeout", "0"], 2, "seconds"),
        (["--base-url", "kg.example"], 2, "--base-url"),
        (["--allow-service", "ftp://a.example/"], 1, "endpoint"),
        (["--with", "x.ttl"], 2, "--with"),
        (["--host", "256.0.0.1", "--port", "0"], 1, "cannot listen"),
    ],
)
def test_options_that_do_not_fit_are_told_in_one_line(run, tmp_path, monkeypatch, options, code, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short").write_text("abc\ndef\n")
    got, out, err = run("serve", *options)
    assert (got, out) == (code, "")
    assert words in err
    assert not (tmp_path / "x").exists()
