"""Codes of a user's data matched with entities: through the mappings, and up the hierarchy of a loaded vocabulary.

How a code stands to an entity decides what follows. Who has an exact, a close or a narrower code has what the entity
means; who has a broader one may have something else, so a broader code leads to no entity unless that is asked for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from spasmkg import mappings
from spasmkg import namespaces as ns
from spasmkg.catalogue import vocabularies
from spasmkg.entities import texts
from spasmkg.errors import IdentifierError, UsageError
from spasmkg.hierarchy import PARENT, Climber, Way, labels, withdrawn
from spasmkg.identifiers import iri, normal, preferred_prefix
from spasmkg.model import Mapping
from spasmkg.store import Store
from spasmkg.vocabularies.codings import of_system

__all__ = ["LEVELS", "Match", "match", "vocabulary_of"]

_WORDS = {
    "exact": "the same thing",
    "close": "nearly the same thing",
    "narrower": "a case of it",
    "broader": "wider, it may be something else",
    "related": "something near it",
}
LEVELS = tuple(_WORDS)
"""How a code may stand to an entity, the one that tells most first: a narrower code has the entity, a broader may not."""
_REPLACED = "http://purl.obolibrary.org/obo/IAO_0100001"
_STEPS = {
    PARENT: "under", _REPLACED: "replaced by",
    **{
        ns.prefixes()["rxnorm"] + name: word
        for name, word in (
            ("has_ingredient", "with ingredient"), ("has_ingredients", "with ingredients"), ("consists_of", "consists of"),
            ("has_precise_ingredient", "with ingredient"), ("tradename_of", "a trade name of"), ("form_of", "a form of"),
            ("has_part", "with"),
        )
    },
}  # fmt: skip
"""What leads from a term to one that it is a case of, and how a reason says so."""
_BY_CODE = ("atc", "icd10cm")
"""Vocabularies whose codes hold the codes above them."""
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[-/.](?:\d{1,2}|[A-Za-z]{3})[-/.]\d{2,4}|[A-Za-z]{3}-\d{2,4}|\d{1,2}-[A-Za-z]{3}"
)
_PARTS = {"1": "a description", "2": "a relationship"}
_OIDS = {
    "2.16.840.1.113883.6.96": "snomedct", "2.16.840.1.113883.6.1": "loinc", "2.16.840.1.113883.6.88": "rxnorm",
    "2.16.840.1.113883.6.90": "icd10cm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """A code as it was given, and an entity that it leads to.

    ``curie`` is its usual spelling, empty where it cannot be read; ``term`` what its vocabulary calls it. ``entity`` and
    ``mapping``, the row that ties them, are IRIs, empty where the code leads to no entity. ``precision`` says how the
    code stands to the entity, ``reason`` why, or what is wrong.
    """

    text: str
    curie: str = ""
    term: str = ""
    entity: str = ""
    entity_label: str = ""
    kind: str = ""
    precision: str = ""
    reason: str = ""
    mapping: str = ""


def vocabulary_of(text: str) -> str:
    """The prefix that a name or an address of a vocabulary stands for. Raises UsageError where it is unknown.

    >>> vocabulary_of("http://snomed.info/sct"), vocabulary_of("ICD-10-CM"), vocabulary_of("RxNorm")
    ('snomedct', 'icd10cm', 'rxnorm')
    """
    name = text.strip().rstrip(":")
    found = (
        of_system(name) or _OIDS.get(name.removeprefix("urn:oid:")) or preferred_prefix(re.sub(r"[\s_-]+", "", name))
    )
    if not found:
        raise UsageError(f'"{text[:80]}" is no vocabulary that is known; use a prefix such as snomedct, rxnorm or HP')
    return found


def match(
    store: Store, codes: Iterable[tuple[str, str]], at_least: str = "narrower", *, direct: bool = False
) -> list[list[Match]]:
    """For each code, given with the prefix of the vocabulary of bare codes, its matches: one at least, in the order given.

    ``at_least`` is the least precise way of standing to an entity that counts (one of :data:`LEVELS`). A code that is
    not mapped so itself is followed up its vocabulary where that is loaded, and in ATC and ICD-10-CM by shortening it;
    ``direct`` leaves that out. Several matches are several entities at the same precision, as of a product with two
    ingredients. Raises UsageError for an unknown level.
    """
    if at_least not in LEVELS:
        raise UsageError(f'"{at_least}" is no precision; use one of {", ".join(LEVELS)}')
    return _Matcher(store, LEVELS[: LEVELS.index(at_least) + 1], direct=direct).match(list(codes))


class _Matcher:
    """The mapping rows by outside term, and what the loaded vocabularies say of the terms above a code."""

    def __init__(self, store: Store, levels: Sequence[str], *, direct: bool) -> None:
        self._store, self._levels, self._direct = store, levels, direct
        self._rows: dict[str, list[Mapping]] = defaultdict(list)
        for row in mappings.of_entities(store):
            if row.object:
                self._rows[row.object].append(row)
        self._covered = {row.vocabulary for rows in self._rows.values() for row in rows}
        self._about = texts(store, {row.subject for rows in self._rows.values() for row in rows})
        self._loaded = {v.prefix: v for v in vocabularies(store)}
        self._climbers: dict[str, Climber] = {}
        self._names: dict[str, dict[str, str]] = defaultdict(dict)
        self._withdrawn: set[str] = set()

    def match(self, codes: Sequence[tuple[str, str]]) -> list[list[Match]]:
        """The matches of each code; what a loaded vocabulary must say is read for all codes together."""
        read = {pair: _read(*pair) for pair in dict.fromkeys(codes)}
        asked: dict[str, set[str]] = defaultdict(set)
        for curie, _ in read.values():
            if (prefix := curie.partition(":")[0]) in self._loaded:
                asked[prefix].add(iri(curie))
        for prefix, terms in asked.items():
            graph = self._loaded[prefix].graph
            self._names[prefix] = labels(self._store, graph, terms)
            self._withdrawn |= withdrawn(self._store, graph, terms)
            self._climbers[prefix] = Climber(self._store, graph, _STEPS)
            if not self._direct:
                self._climbers[prefix].read(t for t in terms if not self._best(t))
        done = {pair: self._of(pair[0], *found) for pair, found in read.items()}
        return [done[pair] for pair in codes]

    def _of(self, text: str, curie: str, problem: str) -> list[Match]:
        if not curie:
            return [Match(text, reason=problem)]
        term, prefix = iri(curie), curie.partition(":")[0]
        name = self._name(prefix, term)
        found = [
            (r, r.precision, _WORDS[r.precision] + (f": {r.comment}" if r.comment else "")) for r in self._best(term)
        ]
        if not found and not self._direct:
            found = self._above(prefix, term)
        gone = f"; withdrawn in the loaded {self._release(prefix)}" if term in self._withdrawn else ""
        if not found:
            return [Match(text, curie, name, reason=self._why_not(prefix, term) + gone)]
        return [
            Match(text, curie, name, row.subject, *self._entity(row.subject), precision, reason + gone, row.iri)
            for row, precision, reason in found
        ]

    def _release(self, prefix: str) -> str:
        return f"{prefix} {self._loaded[prefix].version}".strip()

    def _best(self, term: str) -> list[Mapping]:
        """The rows that tie a term to entities at the best of the precisions that count."""
        rows = [r for r in self._rows.get(term, ()) if r.precision in self._levels]
        best = min((LEVELS.index(r.precision) for r in rows), default=0)
        return sorted((r for r in rows if r.precision == LEVELS[best]), key=lambda r: r.subject)

    def _above(self, prefix: str, term: str) -> list[tuple[Mapping, str, str]]:
        """The entities of the nearest terms above that count: (row, precision, the way there in words)."""
        ways = self._ways(prefix, term)
        found: dict[str, tuple[Mapping, str, str]] = {}
        for way in ways:
            told = ", ".join(f"{_STEPS[p]} {normal(t)} {self._name(prefix, t)}".rstrip() for p, t in way)
            moved = all(p == _REPLACED for p, _ in way)
            for row in self._best(way[-1][1]):
                # a case of what is nearly or exactly the entity is a case of it; nothing follows from wider terms
                precision = row.precision if moved else "narrower" if row.precision in LEVELS[:3] else ""
                if precision in self._levels:
                    found.setdefault(row.subject, (row, precision, told))
        return [found[subject] for subject in sorted(found)]

    def _ways(self, prefix: str, term: str) -> list[Way]:
        def counts(above: str) -> bool:
            return bool(self._best(above))

        if prefix in self._climbers:
            return self._climbers[prefix].nearest(term, counts)
        return _shortened(prefix, term, counts) if prefix in _BY_CODE else []

    def _name(self, prefix: str, term: str) -> str:
        """What the loaded vocabulary calls a term, or else the mapping set."""
        if prefix in self._loaded and term not in self._names[prefix]:
            self._names[prefix] |= labels(self._store, self._loaded[prefix].graph, [term])
        return self._names[prefix].get(term) or next((r.label for r in self._rows.get(term, ()) if r.label), "")

    def _entity(self, subject: str) -> tuple[str, str]:
        label, _, kind = self._about.get(subject, (ns.local(subject), "", ""))
        return label, kind

    def _why_not(self, prefix: str, term: str) -> str:
        """Why a code that can be read leads to no entity."""
        told = []
        for word in LEVELS:
            some = sorted(self._entity(r.subject)[0] for r in self._rows.get(term, ()) if r.precision == word)
            if some:
                more = f" and {len(some) - 3} more" if len(some) > 3 else ""
                told.append(f"only {word} {'than' if word.endswith('er') else 'to'} {', '.join(some[:3])}{more}")
        for row in self._rows.get(term, ()):
            if row.negated:
                remark = f" ({row.comment})" if row.comment else ""
                told.append(f"not to be taken for {self._entity(row.subject)[0]}{remark}")
        if told:
            return "; ".join(told)
        if prefix in self._loaded and term not in self._names[prefix]:
            return f"no mapping, and not in the loaded {self._release(prefix)}"
        if prefix not in self._covered:
            return f"nothing is mapped to {prefix}" if prefix else "no known vocabulary"
        if prefix in self._loaded or prefix in _BY_CODE or self._direct:
            return "no mapping" + (" of its own" if self._direct else ", nor of a term above it")
        return f"no mapping; the terms above it are known when {prefix} is loaded"


def _shortened(prefix: str, term: str, wanted: Callable[[str], bool]) -> list[Way]:
    """The way to the longest wanted code that a code begins with."""
    start = ns.prefixes()[prefix]
    code = term.removeprefix(start)
    for length in range(len(code) - 1, 0, -1):
        above = code[:length].rstrip(".")
        if (prefix != "icd10cm" or length > 2) and wanted(start + above):
            return [[(PARENT, start + above)]]
    return []


def _read(text: str, vocabulary: str) -> tuple[str, str]:
    """The usual spelling of a code, or an empty text and what is wrong with it."""
    given = text.strip()
    if not given or given.lower() in ("nan", "none", "null", "na", "n/a"):
        return "", "empty"
    if re.fullmatch(r"\d{1,15}\.0", given):  # a table of numbers with gaps: no digit is lost
        given = given[:-2]
    try:
        curie = normal(given, vocabulary)
    except IdentifierError as error:
        return "", _problem(given, vocabulary, error.reason)
    if curie.startswith("snomedct:") and curie[-2] != "0":
        return "", f"it identifies {_PARTS.get(curie[-2], 'a part')} of SNOMED CT, not a concept"
    return curie, ""


def _problem(text: str, vocabulary: str, reason: str) -> str:
    """What is wrong with a code, as far as its look tells."""
    local = text.rpartition(":")[2]
    if _DATE.fullmatch(local):
        return "a date that a spreadsheet has made of it"
    if re.fullmatch(r"\d\.\d+E\+?\d+", local, re.IGNORECASE):
        return "a number that a spreadsheet has damaged"
    prefix = preferred_prefix(text.partition(":")[0]) if ":" in text else vocabulary
    if reason.startswith("not the form") and re.fullmatch(r"\d{1,6}", local):
        try:
            whole = normal(f"{prefix}:{local.zfill(7)}")
        except IdentifierError:
            return reason
        return f"{reason}: leading zeros are lost, perhaps {whole}"
    if reason == "no identifier" and not vocabulary:
        return "no prefix: say which vocabulary bare codes are of"
    return reason
