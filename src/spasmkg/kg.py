"""The facade: one object with everything a researcher asks of the graph."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from spasmkg import cache, competency, resources
from spasmkg import namespaces as ns
from spasmkg.answer import Answer
from spasmkg.asking import Asking
from spasmkg.errors import AmbiguousNameError, NotFoundError, UsageError
from spasmkg.home import store_of
from spasmkg.linked import Linked
from spasmkg.store import live, open_directory

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    import owlready2
    import rdflib

    from spasmkg.draw import Drawing
    from spasmkg.explain import Explanation
    from spasmkg.inferences import Inference
    from spasmkg.model import Claim, Entity, Hit
    from spasmkg.overview import SchemaEntry

__all__ = ["KnowledgeGraph", "open_graph"]

Value = str | int | float | Sequence[str | int | float]
"""A parameter's value, or several."""


def open_graph(where: str | Path | None = None, report: Callable[[str], None] = lambda _: None) -> KnowledgeGraph:
    """Open the bundled graph, or a graph on disk by its folder.

    The bundled graph is built on first use, which ``report`` hears of, and kept in the user's cache folder.
    Raises StoreError where the folder holds no graph.

    >>> open_graph().entity("baclofen").label
    'baclofen'
    """
    if where is None:
        try:
            home, dataset = cache.bundled(report)
        except OSError:  # nowhere to keep it: build in memory
            from spasmkg.build import build

            return KnowledgeGraph(build(report), resources.dataset_hash())
        return KnowledgeGraph(
            open_directory(store_of(f"{home}/store", dataset, report)), dataset, f"{home}/search.sqlite"
        )
    if re.match(r"https?://", str(where)):
        raise UsageError(
            f"{where}: a remote SPARQL endpoint cannot be opened yet; name a folder made by: spasmkg build -o FOLDER"
        )
    from pathlib import Path

    folder = Path(where)
    store = open_directory(live(folder))
    hash_file, index = folder / "dataset", folder / "search.sqlite"
    dataset = hash_file.read_text().strip() if hash_file.is_file() else ""
    return KnowledgeGraph(store, dataset, str(index) if index.is_file() else None)


def _evidence() -> ModuleType:
    """The module that finds evidence: loaded when somebody asks for it."""
    from spasmkg import evidence

    return evidence


class KnowledgeGraph(Linked, Asking):
    """A graph of entities, edges and claims, with the questions that it answers."""

    def __repr__(self) -> str:
        return f"<KnowledgeGraph: dataset {resources.short_dataset(self.dataset)}, {self.store.engine}>"

    def _repr_html_(self) -> str:
        from spasmkg import notebook

        counts = dict(self.stats())
        held = ", ".join(f"{counts[n]:,} {n}" for n in ("entities", "claims of the source", "inferred edges and roles"))
        return notebook.note(f"A knowledge graph: {held}; dataset {resources.short_dataset(self.dataset)}")

    def search(self, text: str, limit: int = 20, kind: str = "") -> list[Hit]:
        """Entities that fit the text, best first, each with why.

        >>> open_graph().search("pins and needles")[0].label
        'tingling'
        """
        return self.index.search(text, limit, kind)

    def entity(self, name: str) -> Entity:
        """What is known of an entity: names, kind, roles, and its relations in both directions.

        A name of none of ours may be an identifier or label of a term of an imported vocabulary or graph.

        >>> [n.text for n in open_graph().entity("muscle cramp").names if n.text == "charley horse"]
        ['charley horse']
        """
        from spasmkg import entities

        try:
            return entities.describe(self.store, self.resolve(name))
        except AmbiguousNameError:
            raise
        except NotFoundError:
            from spasmkg import outside

            if found := outside.entity(self.store, name):
                return found
            raise

    def ancestors(self, name: str) -> list[tuple[str, str]]:
        """(IRI, label) of everything that an entity is a kind of, nearest first.

        A term of a loaded vocabulary, such as ``HP:0003394``, is followed up the hierarchy of that vocabulary.
        """
        from spasmkg import names

        return names.line(self.store, self.resolve, name, upward=True)

    def descendants(self, name: str) -> list[tuple[str, str]]:
        """(IRI, label) of everything that is a kind of an entity, nearest first; of a term as in :meth:`ancestors`.

        >>> [label for _, label in open_graph().descendants("natural remedy") if label == "chamomile"]
        ['chamomile']
        """
        from spasmkg import names

        return names.line(self.store, self.resolve, name, upward=False)

    # ---- questions ----

    def query(self, text: str, *, timeout: float | None = None) -> Answer:
        """Run any SPARQL 1.1 query; the project's prefixes are declared already.

        Nothing in the query may reach for the network but what :meth:`with_services` allows. With ``timeout`` the query
        is run to its end in a process of its own, which is killed after so many seconds. Raises QuerySyntaxError with
        line and column, RefusedError, OutOfTimeError, and ServiceError where an endpoint fails.

        >>> row = next(open_graph().query("SELECT (COUNT(*) AS ?n) { ?drug spasm:listedIn spasm:list-of-drugs }").rows)
        >>> row["n"].value
        '10'
        """
        from spasmkg import sparql

        if any(t.text.upper() == "SERVICE" for t in sparql.tokens(text)):
            answer = self._joined(text, ns.prefixes(), timeout)
        else:
            answer = self._answer(sparql.guard(text), ns.prefixes(), timeout)
        columns = {"?" + v for v in answer.variables}
        patterns = sparql.outer_patterns(text, ns.prefixes()) if columns else None
        templates = [
            t for t in patterns or () if any(x in columns for x in t) and all(x[0] != "?" or x in columns for x in t)
        ]
        if templates:
            elsewhere = answer.endpoints
            answer.look_up = lambda rows: _evidence().of_rows(self.store, rows, templates, elsewhere=elsewhere)
        return answer

    def run(self, name: str, *, timeout: float | None = None, **values: Value) -> Answer:
        """Ask a competency question by name; parameters take entities, numbers, several values, or ``"any"``.

        Without values the example in the question's file is used; ``timeout`` is that of :meth:`query`. Raises
        NotFoundError for an unknown question, parameter or entity, NotLoadedError where it asks a vocabulary that was
        not added, OutOfTimeError.

        >>> [r["side_effect_label"].value for r in open_graph().run("drug-side-effects", drug="dantrolene")]
        ['hepatotoxicity', 'muscle weakness']
        """
        return self._asked(*self.bind(name, **values), timeout)

    def conflicts(self, *names: str) -> list[tuple[competency.Question, Answer]]:
        """Contradictions and tensions: each question with the tag ``conflict``, or those named, with its answer.

        Parameters are lifted; a required one keeps the example of the question's file. Raises NotFoundError.

        >>> for question, answer in open_graph().conflicts("cautions-in-prone-groups"):
        ...     print(question.summary, [row["treatment_label"].value for row in answer])
        Which treatments call for caution in a group of people that is prone to what they treat? ['diazepam']
        """
        return [(q, self._asked(q, q.unrestricted())) for q in competency.tagged("conflict", names)]

    def gaps(self, *names: str) -> list[tuple[competency.Question, Answer]]:
        """What the source leaves out: each question with the tag ``gap``, or those named, with its answer.

        Parameters are lifted as in :meth:`conflicts`; that nothing is stated stands in the note of the evidence.

        >>> [[row["spasm_label"].value for row in answer] for _, answer in open_graph().gaps("spasm-types-without-symptom")]
        [['dystonic spasm', 'hiccups']]
        """
        return [(q, self._asked(q, q.unrestricted())) for q in competency.tagged("gap", names)]

    def _asked(self, question: competency.Question, text: str, timeout: float | None = None) -> Answer:
        """The answer to a question whose SPARQL is bound."""
        if question.vocabularies:
            from spasmkg.catalogue import insist

            insist(self.store, question.name, question.vocabularies)
        answer = self._joined(text, timeout=timeout) if question.endpoint else self._answer(text, timeout=timeout)
        return self._resting(question, answer)

    def answered(self, question: competency.Question, text: str, endpoints: Sequence[str]) -> Answer:
        """The answer to a question whose SPARQL is bound and has the answers of these endpoints in it already."""
        answer = self._answer(text)
        answer.endpoints = tuple(endpoints)
        return self._resting(question, answer)

    def _resting(self, question: competency.Question, answer: Answer) -> Answer:
        if question.rests:
            elsewhere = answer.endpoints
            answer.look_up = lambda rows: _evidence().of_question(self.store, question, rows, elsewhere)
        return answer

    def bind(self, name: str, **values: Value) -> tuple[competency.Question, str]:
        """A competency question and its SPARQL with these parameter values."""
        question = competency.load(name)
        known = {p.name: p for p in question.parameters}
        bound: dict[str, list[str]] = {}
        for key, given in values.items():
            if key not in known:
                from spasmkg.spelling import nearest

                hint = f"its parameters are {', '.join(known)}" if known else "it has none"
                raise NotFoundError(f"parameter of {name}", key, nearest(key, known), hint)
            listed = [given] if isinstance(given, str | int | float) else list(given)
            lifted = listed == [competency.ANY]
            bound[key] = [competency.ANY] if lifted else [self._term(known[key], v) for v in listed]
        return question, question.bind(bound)

    def _term(self, parameter: competency.Parameter, value: str | int | float) -> str:
        if parameter.is_term:
            return parameter.term(str(value))
        if parameter.is_endpoint:
            from spasmkg.endpoints import normal

            return f"<{normal(str(value))}>"
        if not parameter.is_entity:
            return parameter.literal(value)
        iri = self.resolve(str(value))
        if parameter.kind != "Entity" and not self.store.ask(f"ASK {{ <{iri}> a <{ns.spasm(parameter.kind)}> }}"):
            from spasmkg.entities import kind_of

            actual = kind_of(self.store, iri) or "thing"
            raise UsageError(f'"{value}" is a {actual}, not a {parameter.kind}, which {parameter.option} asks for')
        return f"<{iri}>"

    # ---- claims ----

    def claims(self, subject: str = "", predicate: str = "", object: str = "", item: str = "") -> list[Claim]:  # noqa: A002
        """The claims about a subject, predicate or object (names as everywhere) or in an item such as ``drugs-1``.

        >>> open_graph().claims(subject="tizanidine", predicate="foodReduces")[0].place
        'drugs-2'
        """
        from spasmkg.claims import find

        return find(
            self.store,
            self.resolve(subject) if subject else "",
            self.predicate(predicate) if predicate else "",
            self.resolve(object) if object else "",
            self.item(item) if item else "",
        )

    # ---- reasons ----

    def explain(
        self,
        subject: str,
        predicate: str,
        object: str,  # noqa: A002
        limit: int = 20,
        *,
        even_if_stated: bool = False,
    ) -> Explanation:
        """Why an edge holds, or with the predicate ``a`` a role: its minimal proofs, down to claims and places.

        Raises DoesNotHoldError with what is known instead, NotFoundError for an unknown name.

        >>> why = open_graph().explain("baclofen", "a", "SedatingDrug")
        >>> why.proofs[0].length, why.certainty, [leaf.claims[0].curie for leaf in why.proofs[0].leaves()]
        (2, 'implied', ['claim:drugs-1-9', 'claim:curator-1'])
        """
        from spasmkg import explain, names

        triple = names.triple(self.store, lambda: self.index, subject, predicate, object)
        return explain.explain(self.store, triple, limit, even_if_stated=even_if_stated)

    def inferences(self, rule: str = "", predicate: str = "") -> list[Inference]:
        """What reasoning adds: the inferred edges and roles, of rules whose name holds a text, or of one predicate.

        >>> [i.subject_label for i in open_graph().inferences(predicate="offsetsDepletionBy")][:1]
        ['calcium carbonate']
        """
        from spasmkg import names
        from spasmkg.inferences import inferences

        return inferences(self.store, rule, names.predicate_or_type(self.store, predicate) if predicate else "")

    # ---- the whole ----

    def schema(self) -> list[SchemaEntry]:
        """Kinds and predicates with counts, domain, range and an example each."""
        from spasmkg.overview import schema

        return schema(self.store)

    def stats(self) -> list[tuple[str, int]]:
        """Counts of what the graph holds, by name."""
        from spasmkg.overview import stats

        return stats(self.store)

    def rdflib(self, vocabularies: Sequence[str] = ()) -> rdflib.Dataset:
        """The dataset as an ``rdflib.Dataset``: the merge in its default graph, the layers as named graphs.

        Imported vocabularies, which rdflib may take minutes over, come along where they are named.
        """
        import rdflib

        from spasmkg.catalogue import GRAPHS, vocabulary

        named = {vocabulary(self.store, name).graph for name in vocabularies}
        graphs = ["", *(g for g in self.store.graphs() if not g.startswith(GRAPHS) or g in named)]
        dataset = rdflib.Dataset().parse(data=self.store.dump("nquads", graphs, {}), format="nquads")
        for prefix, iri in ns.prefixes().items():
            dataset.bind(prefix, iri)
        return dataset

    def owlready2(self) -> owlready2.Ontology:
        """Ontology, entities and edges as an owlready2 ontology in a world of its own."""
        from spasmkg.owl import to_owlready2

        return to_owlready2(self.store)

    def draw(self, *names: str, **options: Any) -> Drawing:
        """A picture of the surroundings of entities; see :func:`spasmkg.draw.make.draw` for the options.

        Instead of names: ``path=(a, b)``, ``question=name`` with ``values={…}``, ``section=name``, ``schema=True``.
        Raises NotFoundError where there is nothing to draw.

        >>> open_graph().draw("dantrolene").scene.source_line.split("; ")[1]
        'all 7 edges'
        """
        from spasmkg.draw.make import draw

        return draw(self, names, **options)

    def chart(self, name: str, **options: Any) -> Drawing:
        """A chart by name: ``side-effects``, ``doses`` or ``causes``; see :func:`spasmkg.draw.charts.chart`.

        Raises NotFoundError for an unknown name and where there is nothing to draw.

        >>> open_graph().chart("side-effects").scene.title
        'Side effects of drugs'
        """
        from spasmkg.draw.charts import chart

        return chart(self, name, **options)

    def export(
        self,
        media: str = "turtle",
        layers: Sequence[str] = (),
        kinds: Sequence[str] = (),
        predicates: Sequence[str] = (),
        certainty: str = "",
    ) -> bytes:
        """The graph in a file format, sorted, the same bytes each time; see :mod:`spasmkg.export`.

        ``kinds`` (kinds or roles of both ends) and ``predicates`` are names as everywhere, ``certainty`` the least
        one; they choose edges, so only the formats of edges and of claims take them.

        >>> rows = open_graph().export("csv", kinds=["Drug", "Finding"], predicates=["hasSideEffect"]).splitlines()
        >>> rows[1].decode()
        'spasm:baclofen,baclofen,Drug,spasm:hasSideEffect,has side effect,spasm:dizziness,dizziness,Finding,asserted,edges,false,claim:drugs-1-10'
        """
        from spasmkg.export import export

        wanted = [ns.local(self.kind(k)) for k in kinds]
        return export(self.store, media, layers, wanted, [self.predicate(p) for p in predicates], certainty)

    def with_file(self, path: Path | str) -> KnowledgeGraph:
        """A copy of the graph with the user's Turtle file merged in and all conclusions drawn again."""
        return self.revised(path)

    def without(self, claims: str | Sequence[str]) -> KnowledgeGraph:
        """A copy of the graph in which these claims are withdrawn, with all that rests on nothing else.

        Raises NotFoundError for an unknown claim.

        >>> less = open_graph().without(["claim:causes-3-16"])
        >>> less.claims("diuretics", "depletes", "potassium")
        []
        """
        return self.revised(without=[claims] if isinstance(claims, str) else claims)

    def revised(self, path: Path | str | None = None, without: Sequence[str] = ()) -> KnowledgeGraph:
        """A copy of the graph with a Turtle file merged in, claims withdrawn, and all conclusions drawn again."""
        from pathlib import Path

        from spasmkg.overlay import revise

        gone = [self.claim(c) for c in without]
        store = revise(self.store, Path(path) if path is not None else None, [c.iri for c in gone])
        name = self.dataset + (f"+{Path(path).name}" if path is not None else "") + "".join(f"-{c.curie}" for c in gone)
        index = self._index_path if path is None else None  # claims are not in the index
        revised = KnowledgeGraph(store, name, index)
        revised.services = self.services
        return revised
