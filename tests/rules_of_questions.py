"""The conventions that every competency question keeps; used by the tests and while writing a question."""

from __future__ import annotations

import re

from spasmkg import clauses
from spasmkg.competency import Question
from spasmkg.endpoints import normal
from spasmkg.sparql import tokens, without_comments

_ORDER = re.compile(r"ORDER BY\s+((?:[?\w() ]|DESC|ASC)+?)\s*(?:LIMIT \d+\s*)?$")
_PREFIX = re.compile(r"^PREFIX (\w*): <", re.MULTILINE)


def violations(question: Question) -> list[str]:
    """What a question breaks of the conventions."""
    found = []
    text = question.text
    body = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", question.name):
        found.append("the file name is not kebab-case")
    if not question.summary.endswith("?"):
        found.append("the summary does not end in a question mark")
    if not question.description or not question.tags:
        found.append("description or tags are missing")
    if not question.rests:
        found.append("nothing says what a row rests on")
    if ("vocabulary:" in body or "graph:vocabularies" in body) != bool(question.vocabularies):
        found.append("it asks vocabularies without saying which, or says so without asking them")
    for variable in {v for pair in question.mapping for v in pair}:
        if not re.search(rf"\{variable}\b", body.split("WHERE")[0]):
            found.append(f"{variable} of the mapping is not selected")
    declared = set(_PREFIX.findall(body))
    used = {
        t.text.split(":")[0] for t in tokens(re.sub(r"^PREFIX .*\n", "", body, flags=re.MULTILINE)) if t.kind == "pname"
    }
    if declared != used:
        found.append(f"prefixes declared and used differ: {sorted(declared ^ used)}")
    for variable in {t.text for t in tokens(body) if t.kind == "var"}:
        if not re.fullmatch(r"\?[a-z][a-z0-9_]*", variable):
            found.append(f"{variable} is not snake_case")
    if not re.search(r"\bSELECT\b", body) or not re.search(r"ORDER BY", body):
        found.append("it is not a SELECT that ends in ORDER BY")
    else:
        found += _order(body)
    for parameter in question.parameters:
        found += _parameter(question, parameter.name)
    values = set(re.findall(r"^[ \t]*VALUES \?(\w+) \{", text, re.MULTILINE))
    if extra := values - {p.name for p in question.parameters}:
        found.append(f"VALUES lines without a parameter: {sorted(extra)}")
    for token in tokens(body):
        if token.kind == "word" and token.text.upper() in ("SERVICE", "UNDEF", "LOAD")[bool(question.endpoint) :]:
            found.append(f"{token.text} is not used here")
    if bool(question.endpoint) != ("federated" in question.tags):
        found.append("the tag federated and an endpoint go together")
    if (question.endpoint or question.vocabularies) and {"conflict", "gap"} & {*question.tags}:
        found.append("what an endpoint or a vocabulary says is no conflict or gap of the source")
    outside = re.sub(r"^[ \t]*VALUES \?.*$", "", body, flags=re.MULTILINE)
    for name in re.findall(r"\bspasm:([a-z][a-z0-9]*(?:-[a-z0-9]+)+)\b", outside):
        if not name.startswith(("list-of-", "phase-", "section-")):
            found.append(f"the entity spasm:{name} stands outside a parameter")
    return found


def _order(body: str) -> list[str]:
    keys = set(re.findall(r"\?(\w+)", body.rsplit("ORDER BY", 1)[1]))
    head = re.search(r"SELECT\s+(?:DISTINCT\s+)?(.*?)\s*WHERE", body, re.DOTALL)
    if not head:
        return ["the SELECT has no WHERE"]
    plain = re.sub(r"\((?:[^()]|\([^()]*(?:\([^()]*\)[^()]*)*\))*\bAS \?(\w+)\)", r"?\1", head[1])
    columns = re.findall(r"\?(\w+)", plain)
    aggregated = set(re.findall(r"AS \?(\w+)\)", head[1]))
    missing = [c for c in columns if c not in keys and f"{c}_label" not in keys and c not in aggregated]
    missing = [c for c in missing if not (c.endswith("_label") and c[:-6] in keys)]
    problems = [f"the order is not total: {', '.join(missing)} not in ORDER BY"] if missing else []
    for c in columns:
        if c.endswith("_label"):
            continue
        if re.search(rf"\?{c} rdfs:label \?{c}_label", body) and f"{c}_label" not in columns:
            problems.append(f"?{c}_label is not selected")
    return problems


def _endpoint(question: Question) -> list[str]:
    """A question calls one endpoint, and what stands around the call narrows down what is sent and asked."""
    found = []
    if normal(question.endpoint) != question.endpoint:
        found.append("the endpoint is not in its normal form")
    if not all(p.required for p in question.parameters if p.is_endpoint):
        found.append("an endpoint is required")
    if not all(c.shared for c in clauses.find(without_comments(question.text), {})):
        found.append("nothing narrows down what the endpoint is asked")
    return found


def _parameter(question: Question, name: str) -> list[str]:
    if next(p for p in question.parameters if p.name == name).is_endpoint:
        return _endpoint(question)
    line = re.search(rf"^[ \t]*VALUES \?{name} \{{[^}}]*\}}[ \t]*$", question.text, re.MULTILINE)
    if not line:
        return [f"no one-line VALUES block for ?{name}"]
    after = question.text[line.end() :]
    parameter = next(p for p in question.parameters if p.name == name)
    if parameter.kind in ("decimal", "integer", "string"):
        bound = re.search(rf"!\s*BOUND\(\?{name}\)", after)
        return [] if bound else [f"?{name} is not tested with !BOUND"]
    before = re.split(r"\b(?:OPTIONAL|BIND|MINUS|UNION)\b", after)[0]
    if not re.search(
        rf"\?{name}\b(?! *\}})|[;.] *\S+ \?{name}\b", re.sub(r"^[ \t]*VALUES .*$", "", before, flags=re.MULTILINE)
    ):
        return [f"no required triple pattern on ?{name} before OPTIONAL, BIND or MINUS"]
    return []


def shape(question: Question) -> tuple[str, ...]:
    """The query with its constants taken out and its variables renamed in order: equal shapes ask the same."""
    body = re.sub(r"^#.*\n|^PREFIX .*\n", "", question.text, flags=re.MULTILINE)
    names: dict[str, str] = {}
    out = []
    for token in tokens(body):
        if token.kind == "var":
            out.append(names.setdefault(token.text, f"?{len(names)}"))
        elif token.kind in ("iri", "pname", "string", "number", "lang"):
            out.append("_")
        else:
            out.append(token.text.upper())
    collapsed = re.sub(r"\{( _)+ \}", "{ _ }", " ".join(out))
    return tuple(collapsed.split())
