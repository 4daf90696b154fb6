"""The form of a question, made from its typed parameters, and the values that an address gives for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spasmkg import competency
from spasmkg import namespaces as ns
from spasmkg.entities import texts
from spasmkg.errors import AmbiguousNameError, NotFoundError, SpasmKGError
from spasmkg.web.operations import examples
from spasmkg.web.views.told import Told
from spasmkg.web.views.ways import Pairs, short

if TYPE_CHECKING:
    from spasmkg.competency import Parameter, Question
    from spasmkg.kg import KnowledgeGraph

__all__ = ["Field", "asked", "drawn", "fields", "spaced", "suggestions", "values"]

_TICKED = 7
"""So many members of a kind are boxes to tick; more are a list to pick from."""
_LISTED = 150
"""So many members of a kind are suggested without scripts; more are only searched for."""
_LONGEST = 200


def spaced(name: str) -> str:
    """A name of the program as words.

    >>> spaced("side_effect"), spaced("DrugClass"), spaced("RedFlag")
    ('side effect', 'drug class', 'red flag')
    """
    parts = "".join(f" {c.lower()}" if c.isupper() else c for c in name.replace("_", " "))
    return " ".join(parts.split())


@dataclass(slots=True)
class Field:
    """A parameter with what was typed for it: ``given`` as typed, ``terms`` as SPARQL has them.

    ``error`` says why the value ``wrong`` cannot be taken, ``offers`` what may have been meant.
    """

    parameter: Parameter
    given: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    error: str = ""
    wrong: str = ""
    offers: list[str] = field(default_factory=list)

    @property
    def is_lifted(self) -> bool:
        """Whether it restricts nothing."""
        return not self.given and not self.error


def asked(question: Question, pairs: Pairs) -> bool:
    """Whether an address names any parameter of the question; where it does not, the example is asked."""
    names = {p.name for p in question.parameters}
    return any(name in names for name, _ in pairs)


def fields(kg: KnowledgeGraph, question: Question, pairs: Pairs) -> list[Field]:
    """The parameters of a question with the values that an address gives, or those of the example."""
    found = []
    is_asked = asked(question, pairs)
    for p in question.parameters:
        texts_ = [v.strip()[:_LONGEST] for n, v in pairs if n == p.name] if is_asked else list(examples(p.example))
        made = Field(p, [v for v in dict.fromkeys(texts_) if v and v != competency.ANY])
        if p.is_endpoint and not made.given:
            made.given = [p.example]
        if p.required and not made.given:
            shown = next(iter(examples(p.example)), "")
            made.error = f"This question needs {_article(_word(p))}: for example {shown}."
        for value in made.given:
            try:
                made.terms.append(kg.term(p, value))
            except SpasmKGError as error:
                made.wrong = value
                made.error, made.offers = _refused(error, p, value)
        found.append(made)
    return found


def values(found: Iterable[Field]) -> dict[str, list[str]]:
    """The values as the facade takes them: what is lifted is named so."""
    return {f.parameter.name: f.given or [competency.ANY] for f in found}


def _refused(error: SpasmKGError, parameter: Parameter, value: str) -> tuple[str, list[str]]:
    """What to say of a value that cannot be taken, and what may have been meant."""
    if isinstance(error, AmbiguousNameError):
        return f"“{value}” fits several things. Choose one.", list(error.candidates)
    if isinstance(error, NotFoundError):
        meant = " Did you mean" if error.suggestions else ""
        return f"Nothing is called “{value}”.{meant}", list(error.suggestions)
    text = str(error).replace(parameter.option, "this field")
    return f"{text[:1].upper()}{text[1:]}.", []


def _word(parameter: Parameter) -> str:
    return spaced(parameter.name)


def _article(word: str) -> str:
    return f"an {word}" if word[:1] in "aeiou" else f"a {word}"


# ---- as templates take it ----


def drawn(kg: KnowledgeGraph, found: Sequence[Field]) -> list[Told]:
    """The fields as the template takes them."""
    members = {k: _members(kg, k) for k in dict.fromkeys(f.parameter.kind for f in found) if _is_kind(found, k)}
    iris = {t[1:-1] for f in found if f.parameter.is_entity for t in f.terms if t[:1] == "<"}
    about = texts(kg.store, iris) if iris else {}
    return [_drawn(f, members.get(f.parameter.kind, []), about) for f in found]


def _is_kind(found: Sequence[Field], kind: str) -> bool:
    return kind != "Entity" and any(f.parameter.kind == kind and f.parameter.is_entity for f in found)


def _drawn(f: Field, members: Sequence[tuple[str, str]], about: dict[str, tuple[str, str, str]]) -> Told:
    p = f.parameter
    chosen = []
    terms = dict(zip((v for v in f.given if v != f.wrong), f.terms, strict=False))
    for value in (v for v in f.given if v != f.wrong):
        iri = terms.get(value, "")[1:-1] if p.is_entity else ""
        label, _, kind = about.get(iri, (value, "", ""))
        chosen.append({"value": short(iri) if iri else value, "label": label, "kind": kind})
    picked = {c["value"] for c in chosen}
    kind = "picker"
    if 0 < len(members) <= _TICKED and not f.error:
        kind = "boxes"
    elif p.kind in ("decimal", "integer"):
        kind = "number"
    elif p.is_endpoint:
        kind = "endpoint"
    elif not p.is_entity:
        kind = "words"
    words = examples(p.example)
    return {
        "name": p.name, "id": f"f-{p.name}", "label": spaced(p.name).capitalize(), "type": kind, "kind": p.kind,
        "searches": p.kind if p.is_entity and p.kind != "Entity" else "", "is_entity": p.is_entity,
        "hint": _hint(f), "required": p.required, "chosen": chosen, "any": f.is_lifted and not p.required, "error": f.error, "typed": f.wrong,
        "offers": f.offers, "example": words[0] if words else "",
        "options": [{"value": v, "label": label, "chosen": v in picked} for v, label in members if kind == "boxes"],
        "suggested": [label for _, label in members] if kind == "picker" and len(members) <= _LISTED else [],
        "list": f"l-{p.kind}" if kind == "picker" and 0 < len(members) <= _LISTED else "",
    }  # fmt: skip


_KINDS = {
    "Term": "A term of an outside vocabulary, such as {example}", "vocabulary": "The prefix of a vocabulary, such as {example}",
    "string": "Words as they stand in the column, such as {example}", "decimal": "A number, such as {example}",
    "integer": "A whole number, such as {example}", "Endpoint": "The address of a SPARQL endpoint",
}  # fmt: skip


def _hint(f: Field) -> str:
    """What a field takes, where its name does not say it, and that it may be left empty."""
    p = f.parameter
    example = next(iter(examples(p.example)), "")
    own = "" if p.kind == "Entity" or spaced(p.kind) == spaced(p.name) else f"{_article(spaced(p.kind)).capitalize()}"
    said = _KINDS[p.kind].format(example=example) if p.kind in _KINDS else own
    lifted = "" if p.required or f.given else "Empty stands for any"
    return ". ".join(x for x in (said, lifted) if x)


def _members(kg: KnowledgeGraph, kind: str) -> list[tuple[str, str]]:
    """(short name, label) of the things of a kind, by label; of a kind with an order of its own, in that order."""
    query = f"""SELECT DISTINCT ?x ?label WHERE {{ ?x a <{ns.spasm(kind)}> ; rdfs:label ?label
        FILTER(STRSTARTS(STR(?x), STR(spasm:))) }} ORDER BY ?label ?x LIMIT {_LISTED + 1}"""
    found = [(short(x.value), label.value) for x, label in kg.store.select(query)]
    if kind == "Certainty":
        from spasmkg.model import CERTAINTIES

        found.sort(key=lambda m: CERTAINTIES.index(m[1]) if m[1] in CERTAINTIES else len(CERTAINTIES))
    return found


def suggestions(drawn_fields: Iterable[Any]) -> dict[str, list[str]]:
    """The lists of suggestions that the fields share, by the identifier of the list."""
    return {f["list"]: f["suggested"] for f in drawn_fields if f["list"]}
