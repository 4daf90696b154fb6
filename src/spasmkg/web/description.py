"""What the server says of itself: the SPARQL 1.1 Service Description, and the dataset in VoID."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spasmkg import namespaces as ns
from spasmkg.store import frames
from spasmkg.web.exchange import ProblemError, parameters
from spasmkg.web.negotiation import GRAPH
from spasmkg.web.query import is_answered, send, wanted
from spasmkg.web.service import CACHED

if TYPE_CHECKING:
    from spasmkg.web.exchange import Exchange
    from spasmkg.web.service import Service

__all__ = ["describe_service", "void"]

SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle",
            "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")  # fmt: skip
_INPUTS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")
_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_FOR_EDITORS = ("void", "questions")
"""The layers with prefixes, partitions and examples. An editor that finds none by a query looks for them in the description
of the service: that of the SIB does."""
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"


async def describe_service(service: Service, x: Exchange, pairs: list[tuple[str, str]]) -> None:
    """Answer a GET of ``/sparql`` without a query."""
    media, etag = _wanted(service, x, pairs, "service")
    if await is_answered(service, x, etag):
        return
    graphs = await service.rows("graphs", _GRAPHS)
    known = {row["g"]["value"] for row in graphs}
    arguments = {
        "triples": _service(service, x, graphs), "media": GRAPH[media], "prefixes": {"sd": SD, "format": _FORMATS},
        "graphs": [graph for name in _FOR_EDITORS if (graph := ns.graph(name)) in known],
    }  # fmt: skip
    await _send(service, x, "service", arguments, media, etag)


def _service(service: Service, x: Exchange, graphs: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    base = service.base(x)
    a, node, data = f"<{ns.RDF_TYPE}>", f"<{base}/sparql>", f"<{base}/sparql#dataset>"
    whole = f"<{base}/sparql#default-graph>"
    found = [
        (node, a, _sd("Service")),
        (node, _sd("endpoint"), node),
        (node, _sd("supportedLanguage"), _sd("SPARQL10Query")),
        (node, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        *((node, _sd("resultFormat"), f"<{_FORMATS}{name}>") for name in _RESULTS),
        (node, _sd("defaultDataset"), data),
        (data, a, _sd("Dataset")),
        (data, _sd("defaultGraph"), whole),
        (whole, a, _sd("Graph")),
    ]
    if service.options.allow_service:
        found.append((node, _sd("feature"), _sd("BasicFederatedQuery")))
    for row in graphs:
        name = row["g"]["value"]
        if row["g"]["type"] == "uri":
            part = f"<{base}/sparql#graph-{len(found)}>"
            found += [
                (data, _sd("namedGraph"), part),
                (part, a, _sd("NamedGraph")),
                (part, _sd("name"), f"<{name}>"),
                (part, _sd("graph"), f"{part[:-1]}-content>"),
                (f"{part[:-1]}-content>", a, _sd("Graph")),
                (f"{part[:-1]}-content>", f"<{ns.VOID}triples>", f'"{row["n"]["value"]}"^^<{ns.XSD}integer>'),
            ]
    if service.writing:
        update = f"<{base}/update>"
        found += [
            (update, a, _sd("Service")),
            (update, _sd("endpoint"), update),
            (update, _sd("supportedLanguage"), _sd("SPARQL11Update")),
            *((update, _sd("inputFormat"), f"<{_FORMATS}{name}>") for name in _INPUTS),
            (update, _sd("defaultDataset"), data),
        ]
    return found


async def void(service: Service, x: Exchange) -> None:
    """Describe the dataset in VoID."""
    media, etag = _wanted(service, x, parameters(x.query_string), "void")
    if await is_answered(service, x, etag):
        return
    base = service.base(x)
    dataset = f"{base}/.well-known/void#dataset"
    node = f"<{dataset}>"
    more = [
        (f"<{base}/.well-known/void>", f"<{ns.RDF_TYPE}>", f"<{ns.VOID}DatasetDescription>"),
        (f"<{base}/.well-known/void>", "<http://xmlns.com/foaf/0.1/primaryTopic>", node),
        (node, f"<{ns.DCTERMS}title>", '"spasmkg"'),
        (node, f"<{ns.VOID}sparqlEndpoint>", f"<{base}/sparql>"),
        (node, f"<{ns.VOID}uriSpace>", f'"{ns.SPASM}"'),
        (node, f"<{ns.VOID}feature>", f"<{_FORMATS}Turtle>"),
        (node, f"<{ns.VOID}feature>", f"<{_FORMATS}N-Triples>"),
        (node, f"<{ns.DCTERMS}license>", f"<{_LICENCE}>"),
    ]
    if service.dataset:
        more.append((node, f"<{ns.OWL}versionInfo>", f'"{service.dataset}"'))
    await _send(service, x, "void", {"dataset": dataset, "more": more, "media": GRAPH[media]}, media, etag)


async def _send(service: Service, x: Exchange, task: str, arguments: dict[str, Any], media: str, etag: str) -> None:
    request = {"function": f"spasmkg.web.tasks:{task}", "arguments": arguments}
    await send(service, x, request, frames.CALL, lambda _: _headers(media, etag), etag)


def _wanted(service: Service, x: Exchange, pairs: list[tuple[str, str]], what: str) -> tuple[str, str]:
    """The media type for a description and its entity tag."""
    media = wanted(x, pairs).graph
    if not media:
        raise ProblemError(406, "not-acceptable", "none of the accepted media types is offered", offered=list(GRAPH))
    return media, service.etag(what, media, service.base(x))


def _headers(media: str, etag: str) -> list[tuple[bytes, bytes]]:
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    return [(b"content-type", f"{media}{charset}".encode()), (b"etag", etag.encode()), *CACHED]


def _sd(name: str) -> str:
    return f"<{SD}{name}>"
