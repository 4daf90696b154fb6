"""What a client or the server has already needs no worker."""

from __future__ import annotations

import os
import signal

import pytest
from serving import serve
from test_writing import children

PATHS = [
    "/id/baclofen", "/id/muscle-cramp?_format=turtle", "/api/queries/drug-side-effects/run?drug=dantrolene",
    "/api/entity/baclofen", "/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D", "/.well-known/void", "/sparql",
]  # fmt: skip


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """A server that was asked everything once, and whose workers then do nothing any more."""
    with serve(tmp_path_factory.mktemp("quiet"), "--timeout", "90", stop=False) as running:
        tags = {path: running.ask("GET", path).headers["etag"] for path in PATHS}
        below = children(running.process.pid)
        workers = [worker for nursery in below for worker in children(nursery)]
        assert len(workers) > 2
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        yield running, tags
        for worker in workers:
            os.kill(worker, signal.SIGCONT)


@pytest.mark.parametrize("path", PATHS)
def test_what_the_client_has_is_settled_without_a_worker(quiet, path):
    server, tags = quiet
    answer = server.ask("GET", path, {"If-None-Match": tags[path]})
    assert (answer.status, answer.body) == (304, b"")


@pytest.mark.parametrize("path", PATHS[:5])
def test_small_answers_are_kept(quiet, path):
    server, tags = quiet
    answer = server.ask("GET", path)
    assert (answer.status, answer.headers["etag"]) == (200, tags[path])
    assert answer.body
