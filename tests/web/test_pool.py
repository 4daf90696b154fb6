"""The pool of workers: lanes, limits, and what becomes of a worker that is late, dead or waited for."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import pytest
from serving import heavy

from spasmkg.errors import OutOfTimeError, QuerySyntaxError, StoreError, UsageError
from spasmkg.store import frames, memory, open_directory
from spasmkg.store.bounded import bounded
from spasmkg.store.pool import Limits, Pool
from spasmkg.store.reply import NoAnswerError, Reply

CHEAP = "SELECT ?o { <https://w3id.org/spasmkg/baclofen> a ?o }"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def pooled(path: str, work: Callable[[Pool], Awaitable[None]], **limits: float) -> None:
    """Run with a pool; whatever happens, it is closed."""

    async def main() -> None:
        pool = Pool(path, Limits(**{"quick": 1, "new": 2, "heavy": 1, "timeout": 600, **limits}))  # type: ignore[arg-type]
        try:
            await pool.start()
            async with asyncio.timeout(120):
                await work(pool)
        finally:
            await pool.close()

    asyncio.run(main())


async def ask(pool: Pool, query: str, **more: object) -> Reply:
    request = {"query": query, "rows": "json", "graph": "turtle", **more}
    return await pool.ask(request, digest=query.encode())


async def until(what: Callable[[], bool]) -> None:
    while not what():
        await asyncio.sleep(0.01)


async def failure(waiting: Awaitable[Reply]) -> str:
    try:
        reply = await waiting
        async for _ in reply.chunks():
            pass
    except NoAnswerError as error:
        return error.code
    return "none"


def counts(pool: Pool, lane: str) -> tuple[int, int, int]:
    found = pool.counts()[lane]
    return found["workers"], found["idle"], found["waiting"]


def test_a_small_answer_is_whole_at_once(kg):
    async def work(pool: Pool) -> None:
        reply = await ask(pool, CHEAP)
        assert reply.whole is not None
        assert b"Drug" in reply.whole
        assert reply.head == {"media": "json", "kind": "rows"}

    pooled(kg.store.path, work)


def test_opening_a_store_takes_little_of_the_share_of_a_worker(kg):
    async def work(pool: Pool) -> None:
        pool.path = kg.store.path  # from here on; the worker has no store open yet
        assert (await ask(pool, CHEAP)).whole
        assert pool.killed == 0

    pooled("", work, quick=1, new=0, memory=320 << 20)


def test_heavy_work_goes_to_its_lane_and_a_fresh_worker_comes(kg):
    async def work(pool: Pool) -> None:
        first = asyncio.create_task(ask(pool, heavy(1)))
        await until(lambda: counts(pool, "heavy") == (1, 0, 0))
        await until(lambda: counts(pool, "new") == (2, 2, 0))
        second = asyncio.create_task(ask(pool, heavy(2)))
        await until(lambda: counts(pool, "heavy") == (1, 0, 1))  # its place is taken: it starts again there
        again = asyncio.create_task(ask(pool, heavy(2)))  # it is known now
        await until(lambda: counts(pool, "heavy") == (1, 0, 2))
        assert (await ask(pool, CHEAP)).whole is not None
        for task in (first, second, again):
            task.cancel()
        await asyncio.gather(first, second, again, return_exceptions=True)
        await until(lambda: pool.counts()["heavy"]["waiting"] == 0)

    pooled(kg.store.path, work)


def test_what_is_known_to_be_cheap_has_a_worker_to_itself(kg):
    async def work(pool: Pool) -> None:
        await ask(pool, CHEAP)
        tasks = [asyncio.create_task(ask(pool, heavy(n))) for n in range(10)]
        await until(lambda: counts(pool, "new")[2] > 0)
        assert (await ask(pool, CHEAP)).whole is not None
        assert counts(pool, "new")[2] > 0  # the others wait still
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    pooled(kg.store.path, work, first=1, slice=1)


def test_new_texts_make_room_for_newer_ones(kg):
    async def work(pool: Pool) -> None:
        tasks = [asyncio.create_task(ask(pool, heavy(n))) for n in range(10)]
        await until(lambda: counts(pool, "between") == (1, 0, 1))  # none of them is heavy yet, and one place is left
        await until(lambda: counts(pool, "new")[1] == 1)
        assert (await ask(pool, CHEAP)).whole is not None
        assert counts(pool, "heavy") == (0, 0, 0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    pooled(kg.store.path, work, between=1, slice=600)


def test_one_that_made_room_is_answered_and_a_heavy_one_gets_on(kg):
    counted = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    async def work(pool: Pool) -> None:
        tasks = [asyncio.create_task(ask(pool, heavy(n))) for n in range(3)]
        await until(lambda: counts(pool, "heavy") == (1, 0, 2))
        replies = await asyncio.gather(*(ask(pool, f"{counted} #{n}") for n in range(4)))
        assert len({reply.whole for reply in replies}) == 1
        assert replies[0].whole is not None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    pooled(kg.store.path, work, between=1, first=0.001, slice=0.5)


def test_a_full_queue_refuses(kg):
    async def work(pool: Pool) -> None:
        tasks = [asyncio.create_task(ask(pool, heavy("same"))) for _ in range(1)]
        await until(lambda: counts(pool, "heavy")[0] == 1)
        tasks += [asyncio.create_task(ask(pool, heavy("same"))) for _ in range(3)]
        await until(lambda: counts(pool, "heavy")[2] == 3)
        assert await failure(ask(pool, heavy("same"))) == "busy"
        assert (await ask(pool, CHEAP)).whole is not None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    pooled(kg.store.path, work, waiting_heavy=3)


def test_a_late_query_is_stopped(kg):
    async def work(pool: Pool) -> None:
        assert await failure(ask(pool, heavy())) == "late"
        assert await failure(ask(pool, ENDLESS)) == "late"  # with rows on their way
        assert (await ask(pool, CHEAP)).whole is not None

    pooled(kg.store.path, work, timeout=3)


def test_an_answer_that_is_too_large_is_not_whole(kg):
    async def work(pool: Pool) -> None:
        assert await failure(ask(pool, "SELECT * { ?s ?p ?o }")) == "too-large"
        assert await failure(ask(pool, "SELECT * { ?s ?p ?o } LIMIT 1000")) == "too-large"
        assert (await ask(pool, CHEAP)).whole is not None

    pooled(kg.store.path, work, most=100_000)


def test_a_query_that_needs_too_much_memory_is_stopped(kg):
    query = "SELECT (GROUP_CONCAT(?x) AS ?y) { " + "?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?f)) AS ?x) }"

    async def work(pool: Pool) -> None:
        assert await failure(ask(pool, query)) == "stopped"
        assert (await ask(pool, CHEAP)).whole is not None

    pooled(kg.store.path, work, memory=16 << 20)


def test_a_worker_that_dies_is_replaced(kg):
    async def work(pool: Pool) -> None:
        waiting = asyncio.create_task(ask(pool, heavy()))
        await until(lambda: counts(pool, "heavy")[0] == 1)
        for link in pool._heavy.links:
            assert link.process.pid > 0
            os.kill(link.process.pid, signal.SIGKILL)
        assert await failure(waiting) == "stopped"
        await until(lambda: counts(pool, "new")[:2] == (2, 2))
        for link in list(pool._new.links):
            assert link.process.pid > 0  # nought would be all of us
            os.kill(link.process.pid, signal.SIGKILL)
        await until(lambda: counts(pool, "new")[:2] == (2, 2) and pool.killed >= 3)
        assert (await ask(pool, CHEAP)).whole is not None

    pooled(kg.store.path, work)


def test_nobody_waits_for_what_was_given_up(kg):
    async def work(pool: Pool) -> None:
        before = pool.killed
        waiting = asyncio.create_task(ask(pool, heavy()))
        await until(lambda: counts(pool, "heavy")[0] == 1)
        waiting.cancel()
        await until(lambda: counts(pool, "heavy")[0] == 0)
        assert pool.killed == before + 1
        reply = await ask(pool, ENDLESS)
        reply.close()
        await until(lambda: pool.killed == before + 2)

    pooled(kg.store.path, work)


def test_a_slow_taker_slows_its_worker_and_loses_its_place(kg):
    async def work(pool: Pool) -> None:
        replies = [await ask(pool, ENDLESS.replace("?i", f"?i{n}")) for n in range(3)]
        await until(lambda: counts(pool, "aside")[0] == 3)
        await until(lambda: counts(pool, "new")[:2] == (2, 2))
        assert all(reply._held < 1 << 20 for reply in replies)
        more = await ask(pool, ENDLESS.replace("?i", "?other"))  # one too many: who waited longest has to go
        await until(lambda: sum(reply.over for reply in replies) == 1)
        await until(lambda: counts(pool, "aside")[0] == 3)
        for reply in (*replies, more):
            reply.close()
        await until(lambda: counts(pool, "aside")[0] == 0)

    pooled(kg.store.path, work, aside=3)


def test_a_slow_taker_gets_all_of_it(kg):
    query = "SELECT * { ?s ?p ?o } LIMIT 20000"

    async def work(pool: Pool) -> None:
        reply = await ask(pool, query)
        await until(lambda: counts(pool, "aside")[0] == 1 or reply.over)
        size = 0
        async for chunk in reply.chunks():
            size += len(chunk)
        assert size == len(kg.store.query(query).serialize("json"))

    pooled(kg.store.path, work)


def test_mistakes_and_what_does_not_fit_are_told(kg):
    async def work(pool: Pool) -> None:
        with pytest.raises(NoAnswerError) as error:
            await ask(pool, "SELECT * { ?s ?p")
        assert (error.value.code, error.value.details["line"]) == ("malformed", 1)
        with pytest.raises(NoAnswerError) as error:
            await ask(pool, CHEAP, rows="")
        assert error.value.code == "not-acceptable"
        with pytest.raises(NoAnswerError) as error:
            await ask(pool, "CONSTRUCT { ?s <http://e/1> ?o } WHERE { ?s ?p ?o } LIMIT 1", graph="rdfxml")
        assert error.value.code == "failed"  # no name of an XML element

    pooled(kg.store.path, work)


def test_a_store_that_cannot_be_opened_is_told(tmp_path):
    async def main() -> None:
        pool = Pool(str(tmp_path / "none"), Limits(quick=1, new=0, timeout=60))
        try:
            with pytest.raises(NoAnswerError) as error:
                await pool.start()
            assert error.value.code == "store"
        finally:
            await pool.close()

    asyncio.run(main())


def test_who_waits_while_no_worker_can_be_started_gets_one_when_that_is_over(kg):
    async def work(pool: Pool) -> None:
        pool._failed(pool._calls, "no process is left")
        reply = await pool.ask({"function": "spasmkg.web.tasks:warm", "arguments": {}}, frames.CALL)
        assert reply.whole == b""

    pooled(kg.store.path, work)


def test_workers_move_to_the_new_store(kg, tmp_path):
    store = memory()
    store.insert([("<urn:a>", "<urn:b>", "<urn:c>")], [""])
    store.save(tmp_path / "store")

    async def work(pool: Pool) -> None:
        counted = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        assert b'"1"' not in ((await ask(pool, counted)).whole or b"")
        pool.path = str(tmp_path / "store")
        for _ in range(4):
            assert b'"1"' in ((await ask(pool, counted)).whole or b"")
        assert pool.paths() >= {pool.path}

    pooled(kg.store.path, work)


def test_workers_are_replaced_after_a_while(kg):
    async def work(pool: Pool) -> None:
        for _ in range(30):
            assert (await ask(pool, CHEAP)).whole is not None
        assert pool.killed >= 4

    pooled(kg.store.path, work, served=5)


# ---- the library and the command line ----


def test_a_query_of_the_library_has_a_deadline(kg):
    with pytest.raises(OutOfTimeError) as error:
        kg.query(heavy(), timeout=1)
    assert error.value.seconds == 1
    assert isinstance(error.value, TimeoutError)
    answer = kg.query("SELECT ?d { ?d a spasm:Drug } ORDER BY ?d", timeout=60)
    assert [str(row["d"]) for row in answer] == [
        str(r["d"]) for r in kg.query("SELECT ?d { ?d a spasm:Drug } ORDER BY ?d")
    ]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s a <https://w3id.org/spasmkg/Drug> ; ?p ?o }",
        "SELECT ?x { VALUES ?x { 1 2.5 'a'@en UNDEF } }",
        "SELECT * {}",
    ],
)
def test_rows_are_the_same_within_a_deadline(kg, query):
    for media in ("tsv", "csv", "json", "xml"):
        assert kg.query(query, timeout=60).serialize(media) == kg.query(query).serialize(media)


def test_truth_and_triples_come_within_a_deadline(kg):
    assert kg.query("ASK { ?s a spasm:Drug }", timeout=60).truth is True
    construct = "CONSTRUCT WHERE { ?s a spasm:Drug }"
    assert sorted(kg.query(construct, timeout=60).triples) == sorted(kg.query(construct).triples)
    assert kg.query("SELECT ?d { ?d a spasm:Drug }", timeout=60).evidence_for([]) == []


def test_questions_have_deadlines_too(kg):
    assert kg.run("drug-side-effects", timeout=60).serialize("tsv") == kg.run("drug-side-effects").serialize("tsv")


def test_a_graph_in_memory_has_deadlines(kg):
    less = kg.without("claim:causes-3-16")
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert less.query(count, timeout=60).values() == less.query(count).values() != kg.query(count).values()


def test_other_errors_are_those_of_every_query(kg):
    with pytest.raises(QuerySyntaxError) as error:
        kg.query("SELECT * {", timeout=60)
    assert error.value.line == 1
    for wrong in (0, -1, float("nan"), float("inf")):
        with pytest.raises(UsageError):
            kg.query("ASK {}", timeout=wrong)
    with pytest.raises(StoreError):
        list(kg.query("SELECT (<urn:f>(1) AS ?x) {}", timeout=60))


def test_a_store_that_cannot_be_opened_is_told_each_time(tmp_path):
    store = memory()
    store.save(tmp_path / "store")
    late = bounded(open_directory(tmp_path / "store"), 60)
    (tmp_path / "store").rename(tmp_path / "elsewhere")
    for _ in range(2):
        with pytest.raises(StoreError, match="could not be opened"):
            late.query("ASK {}")


def test_the_command_line_has_deadlines(run):
    code, out, err = run("sparql", heavy(), "--timeout", "1")
    assert (code, out) == (1, "")
    assert "stopped after 1 s" in err
    code, out, _ = run("query", "drug-side-effects", "--timeout", "60", "--format", "tsv")
    assert (code, out.splitlines()[0].split("\t")[0]) == (0, "?drug")
    assert run("sparql", "ASK {}", "--timeout", "0")[0] == 2
