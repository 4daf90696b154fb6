"""OMOP vocabularies as Athena hands them out: tab separated, no quotes, a line of column names.

Terms are OMOP concepts with a cross-reference to the code of their vocabulary; ``--as snomedct`` and the like take the
codes of that vocabulary instead. For that, and for what replaced a concept, the file of concepts is read first: 16
bytes for each concept that is withdrawn, or 24 and the code for each of the vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spasmkg import namespaces as ns
from spasmkg.errors import DataSyntaxError, IdentifierError
from spasmkg.vocabularies.rows import Pairs, columns, sound, split, term
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["choose", "fits", "prefix", "read"]

UNIT = "rows"
VOCABULARIES = {
    "SNOMED": "snomedct", "RxNorm": "rxnorm", "LOINC": "loinc", "ICD10CM": "icd10cm", "ATC": "atc", "MeSH": "mesh",
    "ICD10": "ICD10", "ICD9CM": "ICD9CM", "HCPCS": "HCPCS", "CPT4": "CPT", "CVX": "CVX", "NDC": "NDC", "OMIM": "OMIM",
}  # fmt: skip
"""The prefix of the codes of a vocabulary of OMOP."""
_MARKS = {
    "concept": (
        "concept_id", "concept_name", "domain_id", "vocabulary_id", "concept_class_id", "standard_concept",
        "concept_code", "invalid_reason",
    ),
    "synonym": ("concept_id", "concept_synonym_name", "language_concept_id"),
    "relationship": ("concept_id_1", "concept_id_2", "relationship_id", "invalid_reason"),
    "vocabulary": ("vocabulary_id", "vocabulary_name", "vocabulary_version"),
}  # fmt: skip
"""The files that are read, in the order of reading, with the columns that tell them."""
_ENGLISH = "4180186"
_PARENTS = frozenset(("Is a", "RxNorm is a"))
_CHILDREN = frozenset(("Subsumes", "RxNorm inverse is a"))
_STANDARD = {"S": "standard", "C": "classification"}


def _role(head: bytes) -> str:
    """What a file is, by its line of column names; empty for others."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode("utf-8")
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    names = {name.strip().lower() for name in first.split("\t")}
    return next((role for role, marks in _MARKS.items() if names.issuperset(marks)), "")


def fits(source: Source, head: bytes) -> bool:
    """Whether the line of column names is that of a file that is read."""
    return source.stem.endswith((".csv", ".tsv", ".txt")) and bool(_role(head))


def choose(sources: Sequence[Source]) -> list[Source]:
    """The files in the order of reading. Raises DataSyntaxError without the file of concepts, or with two."""
    roles = [_role(s.head()) for s in sources]
    if "concept" not in roles:
        raise DataSyntaxError("names are in CONCEPT.csv; name that file too", sources[0].name)
    if len(set(roles)) < len(roles):
        twice = next(s for s, role in zip(sources, roles, strict=True) if roles.count(role) > 1)
        raise DataSyntaxError("there are two such files; name those of one download", twice.name)
    order = list(_MARKS)
    return [s for s, _ in sorted(zip(sources, roles, strict=True), key=lambda pair: order.index(pair[1]))]


def prefix(_: Sequence[Source]) -> str:
    """``OMOP``."""
    return "OMOP"


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of the files, by ``default`` of OMOP's concepts or of one vocabulary's codes."""
    wanted = {name for name, known in VOCABULARIES.items() if known == default}
    if default != "OMOP" and not wanted:
        known = ", ".join(["OMOP", *sorted(set(VOCABULARIES.values()))])
        raise DataSyntaxError(f'no vocabulary of OMOP is called "{default}"; known are {known}', sources[0].name)
    release.title = "OMOP vocabularies"
    concepts = _Concepts(default, wanted)
    for source in sources:
        role = _role(source.head())
        rows = columns(_split(source, ledger), source, _MARKS[role])
        if role == "concept":
            concepts.note(columns(_split(source, Ledger()), source, _MARKS[role]))
            yield from _terms(rows, concepts, ledger, source.name)
        elif role == "synonym":
            yield from _synonyms(rows, concepts, ledger, source.name)
        elif role == "relationship":
            yield from _relations(rows, concepts, ledger, source.name)
        else:
            for number, (name, title, version) in rows:
                if name in wanted or (name == "None" and not wanted):
                    ledger.keep()
                    release.title, release.version = (title, version) if wanted else (release.title, version)
                else:
                    ledger.skip("not taken up: version of another vocabulary", number, source.name)


def _split(source: Source, ledger: Ledger) -> Iterator[tuple[int, list[str]]]:
    width = source.head().replace(b"\0", b"").split(b"\n", 1)[0].count(b"\t") + 1
    return split(source, ledger, "\t", (width,))


class _Concepts:
    """Which concepts are terms, under which identifier, and which are withdrawn."""

    def __init__(self, default: str, wanted: set[str]) -> None:
        self.default, self.wanted = default, wanted
        self._codes: list[str] = []
        self._places, self._gone = Pairs(), Pairs()

    def note(self, rows: Iterator[tuple[int, tuple[str, ...]]]) -> None:
        """A first reading of the file of concepts."""
        for _, (concept, _name, _domain, vocabulary, _class, _standard, code, invalid) in rows:
            if not concept.isdecimal():
                continue
            if vocabulary in self.wanted:
                try:
                    self._codes.append(sound(code, self.default))
                except IdentifierError:
                    continue
                self._places.add(int(concept), len(self._codes) - 1)
            if invalid in ("D", "U"):
                self._gone.add(int(concept))
        self._places.sort()
        self._gone.sort()

    def gone(self, concept: str) -> bool:
        """Whether a concept is withdrawn."""
        return concept.isdecimal() and int(concept) in self._gone

    def of(self, concept: str) -> str:
        """The identifier of a concept that is a term; empty for those of other vocabularies.

        Raises IdentifierError for a damaged one.
        """
        if not self.wanted:
            return sound(concept, self.default)
        places = self._places.of(int(concept)) if concept.isdecimal() else []
        return self._codes[places[0]] if places else ""


def _terms(
    rows: Iterator[tuple[int, tuple[str, ...]]], concepts: _Concepts, ledger: Ledger, name: str
) -> Iterator[Statement]:
    for number, (concept, label, domain, vocabulary, kind, standard, code, invalid) in rows:
        known = VOCABULARIES.get(vocabulary, "")
        if concepts.wanted and vocabulary not in concepts.wanted:
            ledger.skip("of another vocabulary", number, name)
            continue
        identifier = term(code if concepts.wanted else concept, concepts.default, ledger, number, name)
        if not identifier:
            continue
        if not label.strip():
            ledger.skip("no name", number, name)
            continue
        ledger.keep()
        yield Statement(identifier, "label", label.strip())
        for text in dict.fromkeys(t for t in (kind, domain) if t):
            yield Statement(identifier, "kind", text)
        others = [f"OMOP:{concept}"] if concepts.wanted else [f"{known}:{code}"] if known else []
        for other in ledger.identifiers(others, number, name):
            yield Statement(identifier, "xref", other)
        if standard in _STANDARD:
            yield Statement(identifier, ns.spasm("standardConcept"), _STANDARD[standard])
        if invalid in ("D", "U"):
            yield Statement(identifier, "obsolete", "true")


def _end(concepts: _Concepts, concept: str, ledger: Ledger, number: int, name: str) -> str:
    """The identifier of a concept; where it is none, the row is skipped and counted here."""
    try:
        found = concepts.of(concept)
    except IdentifierError as error:
        ledger.skip(f"term left out: {error.reason}", number, name)
        return ""
    if not found:
        ledger.skip("of another vocabulary", number, name)
    return found


def _synonyms(
    rows: Iterator[tuple[int, tuple[str, ...]]], concepts: _Concepts, ledger: Ledger, name: str
) -> Iterator[Statement]:
    for number, (concept, text, language) in rows:
        if language != _ENGLISH:
            ledger.skip("in another language", number, name)
        elif not text.strip():
            ledger.skip("no name", number, name)
        elif identifier := _end(concepts, concept, ledger, number, name):
            ledger.keep()
            yield Statement(identifier, "exact", text.strip())


def _relations(
    rows: Iterator[tuple[int, tuple[str, ...]]], concepts: _Concepts, ledger: Ledger, name: str
) -> Iterator[Statement]:
    for number, (one, two, relation, invalid) in rows:
        up, down = relation in _PARENTS, relation in _CHILDREN
        heir = relation == "Concept replaced by" or (relation == "Maps to" and concepts.gone(one))
        maps = relation == "Maps to" and not heir
        if invalid in ("D", "U"):
            ledger.skip("withdrawn relation", number, name)
        elif not (up or down or heir or maps):
            ledger.skip("not taken up: relation", number, name)
        elif one == two:
            ledger.skip("not taken up: a concept related to itself", number, name)
        elif (first := _end(concepts, one, ledger, number, name)) and (
            second := _end(concepts, two, ledger, number, name)
        ):
            ledger.keep()
            if up or down:
                yield Statement(first if up else second, "parent", second if up else first)
            elif heir:
                yield Statement(first, "replaced_by", second)
            else:
                yield Statement(first, ns.spasm("mapsTo"), second, link=True)
