"""``/metrics``: the figures of the server, in the text format of Prometheus, and who may read them."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from serving import TOKEN, heavy, serve, until

LINE = re.compile(r'([a-z_]+)(\{(?:[a-z]+="(?:[^"\\\n]|\\[\\n"])*",?)*\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?)')


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("metrics")
    (folder / "token").write_text(TOKEN)
    with serve(folder, "--token-file", str(folder / "token"), "--timeout", "600") as running:
        yield running


def figures(text: str) -> dict[str, float]:
    """The values by name and labels. Fails where the text is not of the format."""
    found: dict[str, float] = {}
    types: dict[str, str] = {}
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types
            types[name] = kind
        elif not line.startswith("# HELP "):
            match = LINE.fullmatch(line)
            assert match, line
            family = match[1] if match[1] in types else re.sub(r"_(bucket|sum|count)$", "", match[1])
            assert types[family] in ("counter", "gauge", "histogram")
            assert match[1] + (match[2] or "") not in found
            found[match[1] + (match[2] or "")] = float(match[3])
    return found


def test_the_format_is_checked():
    assert figures('# TYPE a gauge\na{b="c\\"d"} 1.5\n') == {'a{b="c\\"d"}': 1.5}
    for wrong in ("a 1\n", "# TYPE a gauge\na{b=c} 1\n", "# TYPE a gauge\na 1\na 2\n", "# TYPE a gauge\na 1"):
        with pytest.raises((AssertionError, KeyError)):
            figures(wrong)


def read(server) -> dict[str, float]:
    answer = server.ask("GET", "/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return figures(answer.body.decode())


def test_requests_are_counted_by_route_and_status(counted):
    before = read(counted)
    for _ in range(3):
        counted.query("ASK {}")
    counted.query("ASK {")
    counted.ask("GET", '/nothing"here\\', {})
    counted.ask("BREW", "/sparql")
    after = read(counted)

    def more(**labels: str) -> float:
        name = "spasmkg_http_requests_total{" + ",".join(f'{n}="{v}"' for n, v in labels.items()) + "}"
        return after.get(name, 0) - before.get(name, 0)

    assert more(route="/sparql", method="GET", status="200") == 3
    assert more(route="/sparql", method="GET", status="400") == 1
    assert more(route="", method="GET", status="404") == 1
    assert not any("BREW" in name or "nothing" in name for name in after)  # strangers make no labels


def test_durations_add_up(counted):
    counted.query("ASK {}")
    found = read(counted)
    buckets = [
        v for n, v in found.items() if n.startswith('spasmkg_http_request_duration_seconds_bucket{route="/sparql"')
    ]
    assert buckets == sorted(buckets)
    count = found['spasmkg_http_request_duration_seconds_count{route="/sparql"}']
    assert (
        buckets[-1]
        == count
        == sum(v for n, v in found.items() if n.startswith('spasmkg_http_requests_total{route="/sparql"'))
    )
    assert found['spasmkg_http_request_duration_seconds_sum{route="/sparql"}'] > 0


def test_workers_queue_and_memory_are_told(counted):
    found = read(counted)
    assert found['spasmkg_workers{lane="new",state="idle"}'] + found['spasmkg_workers{lane="new",state="busy"}'] > 0
    assert found['spasmkg_waiting{lane="heavy"}'] == 0
    assert found["process_resident_memory_bytes"] > 10 << 20
    assert found["spasmkg_workers_resident_memory_bytes"] > 10 << 20
    assert [n for n in found if n.startswith('spasmkg_info{version="') and counted.health()["dataset"] in n]
    with counted.connect() as sock:
        sock.sendall(f"GET /sparql?query={quote(heavy('metrics'))} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        until(lambda: read(counted).get('spasmkg_workers{lane="heavy",state="busy"}', 0) == 1)
    until(lambda: read(counted)["spasmkg_workers_ended_total"] > found["spasmkg_workers_ended_total"])


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"])
def test_who_comes_through_a_proxy_needs_the_token(counted, name):
    proxied = {name: "203.0.113.7"}
    answer = counted.ask("GET", "/metrics", proxied)
    assert (answer.status, answer.json()["code"]) == (401, "unauthorized")
    for wrong in ("Bearer wrong", f"Basic {TOKEN}", "Bearer "):
        assert counted.ask("GET", "/metrics", {**proxied, "Authorization": wrong}).status == 401
    assert counted.ask("GET", "/metrics", {**proxied, "Authorization": f"Bearer {TOKEN}"}).status == 200


def test_a_token_alone_enables_no_update(counted):
    assert counted.update("INSERT DATA { <urn:a> <urn:b> <urn:c> }").status == 403


def test_without_a_token_nobody_else_reads_them(server):
    for given in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
        assert server.ask("GET", "/metrics", {"X-Forwarded-For": "203.0.113.7", **given}).status == 401


def test_pages_of_other_origins_do_not_read_them(server):
    answer = server.ask("GET", "/metrics", {"Origin": "https://a.example"})
    assert "access-control-allow-origin" not in answer.headers
