"""The tools and resources that the server offers, with what it says of itself."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ResourceError, ToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import ValidationError

from spasmkg import __version__
from spasmkg.agents import shapes
from spasmkg.agents.advice import of_arguments, of_error
from spasmkg.spelling import nearest
from spasmkg.store.reply import NoAnswerError

__all__ = ["INSTRUCTIONS", "Ask", "make"]

INSTRUCTIONS = """\
A knowledge graph of muscle spasms: what ONE article says of causes, symptoms, tests, treatments, drugs and supplements.
It is not a medical reference, is not checked against one, and is not medical advice: say so when you pass on what it
holds, and name the claims. What is not in it may still be true.

Each fact rests on claims: a claim names the place of the article that states it, how surely (asserted, usual, possible,
rare, implied), and the hedging word. “inferred” means that it follows by a rule and is stated nowhere as such; explain
gives the proof. “denied” means that the article denies it.

Start with search (any name of a thing) or list_questions (prepared questions; run_question asks one). get_entity gives
all of one thing, find_paths how two are connected, explain why something holds, sparql anything else: read the resource
spasmkg://schema first. An answer says whether it is complete and, if not, how to get the rest. Names may be identifiers
(spasm:baclofen), labels or synonyms. All tools only read.
"""
Ask = Callable[[str, Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""How a tool is answered: its name and arguments; ``result`` and ``text``. Raises NoAnswerError."""
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_MOST_DEPTH = 4


class _Server(MCPServer[Any]):
    """The server of the SDK, which tells a wrong argument as everything else: what is wrong, and what to do next."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; what does not fit is an answer that says so."""
        tools = {t.name: t.input_schema["properties"] for t in await self.list_tools()}
        if name not in tools:
            near = nearest(name[:80], tools)
            meant = f"; did you mean {' or '.join(near)}?" if near else ""
            return _failed(f'no tool is called "{name[:80]}"{meant}\nNext: call one of {", ".join(tools)}.')
        known = tools[name]
        wrong = [(n[:80], _unknown(n, known)) for n in arguments if n not in known]
        wrong += [(n, "holds characters that are no text") for n, v in arguments.items() if not _is_text(v)]
        if wrong:
            return _failed(of_arguments(name, wrong[:10], known))
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            errors = error.__cause__.errors(include_url=False)
            told = {".".join(map(str, e["loc"][:2]))[:80]: e["msg"] for e in errors}  # deeper: the types of a union
            return _failed(of_arguments(name, list(told.items())[:10], known))


def _unknown(name: str, known: Mapping[str, Any]) -> str:
    near = nearest(name[:80], known)
    return "is no argument of this tool" + (f"; did you mean {' or '.join(near)}?" if near else "")


def _is_text(value: object, depth: int = 0) -> bool:
    """Whether all strings of an argument can be written as UTF-8 and hold no NUL, and it is not nested deeply."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= c <= "\udfff" for c in value)
    if isinstance(value, dict | list):
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        return depth < _MOST_DEPTH and all(_is_text(v, depth + 1) for v in inner)
    return True


def _failed(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


def make(ask: Ask) -> MCPServer[Any]:
    """The server; ``ask`` answers its tools."""

    async def answered(tool: str, values: Mapping[str, Any]) -> CallToolResult:
        try:
            found = await ask(tool, values)
        except NoAnswerError as error:
            return _failed(of_error(error.code, error.reason, error.details))
        return CallToolResult(
            content=[TextContent(type="text", text=found["text"])], structured_content=found["result"]
        )

    tools = [
        Tool.from_function(f, title=title, annotations=_READS, structured_output=True) for title, f in _tools(answered)
    ]
    for tool in tools:
        tool.parameters["additionalProperties"] = False
    server = _Server(
        "spasmkg",
        title="spasmkg: a knowledge graph of muscle spasms",
        instructions=INSTRUCTIONS,
        version=__version__,
        log_level="ERROR",
        tools=tools,
    )

    async def read(tool: str, values: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return await ask(tool, values)
        except NoAnswerError as error:
            raise ResourceError(of_error(error.code, error.reason, error.details)) from None

    async def schema() -> str:
        """Kinds and relations with counts, domain, range and an example each; counts; the declared prefixes."""
        return str((await read("schema", {}))["text"])

    async def questions() -> str:
        """The catalogue of competency questions, with their parameters."""
        found = await read("list_questions", {"words": "", "tag": "", "limit": 1000, "offset": 0})
        return json.dumps(found["result"]["questions"], ensure_ascii=False)

    server.resource("spasmkg://schema", name="schema", title="Schema", mime_type="text/markdown")(schema)
    server.resource("spasmkg://questions", name="questions", title="Questions", mime_type="application/json")(questions)
    return server


_Result = Callable[[str, Mapping[str, Any]], Awaitable[CallToolResult]]


def _tools(ask: _Result) -> list[tuple[str, Callable[..., Any]]]:
    """The tools by title: functions whose signatures are their schemas."""

    async def search(
        query: shapes.SomeWords,
        kind: shapes.Kind = "",
        limit: shapes.Limit50 = 10,
        offset: shapes.Offset = 0,
    ) -> Annotated[CallToolResult, shapes.Search]:
        """Find things of the graph by any of their names: drugs, causes, symptoms, tests, body sites.

        Each hit says which name matched and why, and names the first claims about it.
        """
        return await ask("search", {"query": query, "kind": kind, "limit": limit, "offset": offset})

    async def get_entity(
        entity: shapes.Name,
        relation: shapes.Relation = "",
        limit: shapes.Limit100 = 40,
        offset: shapes.Offset = 0,
    ) -> Annotated[CallToolResult, shapes.Entity]:
        """All that is known of one thing: names, kind, roles, doses, relations in both directions, mappings.

        Every relation has its certainty and the claims that state it. limit and offset page through the relations.
        """
        return await ask("get_entity", {"entity": entity, "relation": relation, "limit": limit, "offset": offset})

    async def list_questions(
        words: shapes.Words = "",
        tag: shapes.Tag = "",
        limit: shapes.Limit200 = 30,
        offset: shapes.Offset = 0,
    ) -> Annotated[CallToolResult, shapes.Questions]:
        """The prepared questions that hold all of some words, with their parameters; run_question asks one."""
        return await ask("list_questions", {"words": words, "tag": tag, "limit": limit, "offset": offset})

    async def run_question(
        question: shapes.QuestionName,
        parameters: shapes.Values = {},  # noqa: B006 (it is copied, and a default of the schema)
        limit: shapes.Limit200 = 50,
        offset: shapes.Offset = 0,
    ) -> Annotated[CallToolResult, shapes.QuestionRows]:
        """Ask a prepared question, such as drug-side-effects with {"drug": "baclofen"}.

        Each row names the claims that it rests on. A parameter takes names of things, numbers, several values or "any".
        """
        values = {"question": question, "parameters": parameters, "limit": limit, "offset": offset}
        return await ask("run_question", values)

    async def find_paths(
        start: shapes.Name,
        goal: shapes.Goal = "",
        kind: shapes.Kind = "",
        along: shapes.Along = "",
        max_length: shapes.Length = 4,
        limit: shapes.Limit50 = 10,
        inferred: bool = False,
        certainty: shapes.Certainty = "",
    ) -> Annotated[CallToolResult, shapes.Paths]:
        """How two things are connected, or one thing (start) with anything of a kind: the best paths, every step cited.

        Give goal or kind, or the shape of the paths in along. Edges are followed both ways; inferred lets paths use
        inferred edges.
        """
        values = {"start": start, "goal": goal, "kind": kind, "along": along, "max_length": max_length, "limit": limit}
        return await ask("find_paths", values | {"inferred": inferred, "certainty": certainty})

    async def explain(
        subject: shapes.Name,
        predicate: shapes.Predicate,
        object: shapes.Name,  # noqa: A002
        limit: shapes.Limit20 = 5,
    ) -> Annotated[CallToolResult, shapes.Explanation]:
        """Why something holds: the claims that state it, or the minimal proofs of what is inferred, down to claims.

        For a role or kind the predicate is “a”: explain("baclofen", "a", "SedatingDrug").
        """
        return await ask("explain", {"subject": subject, "predicate": predicate, "object": object, "limit": limit})

    async def sparql(
        query: shapes.Query,
        limit: shapes.Limit500 = 50,
        offset: shapes.Offset = 0,
    ) -> Annotated[CallToolResult, shapes.SparqlRows]:
        """Run a SPARQL 1.1 query that reads. The project's prefixes are declared; spasmkg://schema lists the terms.

        The default graph has entities, edges, inferred edges, claims and mappings; layers are named graphs such as
        graph:edges. Rows get evidence where their triple patterns can be filled from a row. No SERVICE, no update.
        """
        return await ask("sparql", {"query": query, "limit": limit, "offset": offset})

    return [
        ("Find things by name", search),
        ("All about one thing", get_entity),
        ("List the prepared questions", list_questions),
        ("Ask a prepared question", run_question),
        ("How things are connected", find_paths),
        ("Why something holds", explain),
        ("Run SPARQL", sparql),
    ]
