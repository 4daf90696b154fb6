"""SNOMED CT in Release Format 2: tab separated, no quotes, a line of column names (SNOMED CT Release File Specifications).

Snapshot files hold the state of a release, Full files every state, of which the latest of each row counts. The label of
a concept is its preferred synonym in one dialect, US English where there is a choice; without a file of dialects it is
the fully specified name without its tag. Held in memory are 40 bytes for each concept and 24 for each row of a Full file.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from spasmkg.errors import DataSyntaxError
from spasmkg.vocabularies.rows import Pairs, split, term
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["choose", "fits", "prefix", "read"]

UNIT = "rows"
_HEAD = "id effectivetime active moduleid "
_ROLES = {
    "crefset_language": (_HEAD + "refsetid referencedcomponentid acceptabilityid").split(),
    "concept": (_HEAD + "definitionstatusid").split(),
    "description": (_HEAD + "conceptid languagecode typeid term casesignificanceid").split(),
    "textdefinition": (_HEAD + "conceptid languagecode typeid term casesignificanceid").split(),
    "relationship": (_HEAD + "sourceid destinationid relationshipgroup typeid characteristictypeid modifierid").split(),
    "crefset_association": (_HEAD + "refsetid referencedcomponentid targetcomponentid").split(),
    "iisssccrefset_extendedmap": (
        _HEAD
        + "refsetid referencedcomponentid mapgroup mappriority maprule mapadvice maptarget correlationid mapcategoryid"
    ).split(),
}
"""The files that are read, in the order of reading, with their columns."""
_NAME = re.compile(
    r"x?(?:sct2|der2)_(concept|description|textdefinition|relationship|crefset_language|crefset_association|iisssccrefset_extendedmap)"
    r"(?:reference)?_?[a-z]{0,4}(snapshot|full)[-_].*?_?(\d{8})?[a-z]?\.txt"
)
_FULL_NAME, _SYNONYM, _DEFINITION = "900000000000003001", "900000000000013009", "900000000000550004"
_PREFERRED, _ACCEPTABLE = "900000000000548007", "900000000000549004"
_DIALECTS = ("900000000000509007", "900000000000508004")  # US and GB English
_IS_A = "116680003"
_HEIRS = frozenset(("900000000000527005", "900000000000526001"))  # SAME AS, REPLACED BY
_MAPS = {"6011000124106": "icd10cm", "447562003": "ICD10"}
_TAG = re.compile(r" \(([^()]+)\)$")


def _role(source: Source) -> tuple[str, str]:
    """(role, snapshot or full) of a file by its name; empty for others."""
    found = _NAME.fullmatch(source.stem)
    return (found[1], found[2]) if found else ("", "")


def fits(source: Source, head: bytes) -> bool:
    """Whether a file has the name of one of those that are read."""
    return bool(_role(source)[0]) and not head.startswith(b"<")


def choose(sources: Sequence[Source]) -> list[Source]:
    """The snapshot where a release holds it beside the full history. Raises DataSyntaxError where names are not there."""
    chosen = [s for s in sources if _role(s)[1] == "snapshot"] or list(sources)
    if not any(_role(s)[0] == "description" for s in chosen):
        raise DataSyntaxError("names are in sct2_Description_Snapshot…txt; name that file too", chosen[0].name)
    return chosen


def prefix(_: Sequence[Source]) -> str:
    """``snomedct``."""
    return "snomedct"


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of the files of one release, or of an edition with its extensions."""
    files = {role: [s for s in sources if _role(s)[0] == role] for role in _ROLES}
    dates = [found[3] or "" for s in files["description"] if (found := _NAME.fullmatch(s.stem))]
    release.title, release.version = "SNOMED CT", max(dates, default="")
    preferred = _dialect(files["crefset_language"], ledger)
    labels = _labels(files["description"], preferred)
    for role, some in files.items():
        if role == "concept":
            yield from _concepts(some, ledger, default)
        elif role in ("description", "textdefinition"):
            yield from _names(some, ledger, default, labels)
        elif role == "relationship":
            yield from _parents(some, ledger, default)
        elif role == "crefset_association":
            yield from _associations(some, ledger, default)
        elif role == "iisssccrefset_extendedmap":
            yield from _maps(some, ledger, default)


def _rows(sources: Sequence[Source], ledger: Ledger) -> Iterator[tuple[str, int, list[str]]]:
    """(file, line, fields) of the rows that count, without the line of names, inactive ones too."""
    current = _latest(sources) if len(sources) > 1 or any(_role(s)[1] == "full" for s in sources) else None
    for place, (name, number, fields) in enumerate(_all(sources, ledger)):
        if current is not None and not current[place]:
            ledger.skip("an earlier state", number, name)
        else:
            yield name, number, fields


def _all(sources: Sequence[Source], ledger: Ledger) -> Iterator[tuple[str, int, list[str]]]:
    for source in sources:
        names = _ROLES[_role(source)[0]]
        for number, fields in split(source, ledger, "\t", (len(names),)):
            if fields[0].lower() == "id":
                if [name.lower() for name in fields] != names:
                    raise DataSyntaxError("its columns are not in the order of Release Format 2", source.name, number)
            elif len(fields[1]) != 8 or fields[2] not in ("0", "1"):
                ledger.skip("damaged: no date or no state", number, source.name)
            else:
                yield source.name, number, fields


def _latest(sources: Sequence[Source]) -> bytes:
    """For each row whether it is the latest state of its component."""
    import numpy as np

    keys, times = array("q"), array("i")
    for _, _, fields in _all(sources, Ledger()):
        keys.append(hash(fields[0]))
        times.append(int(fields[1]) if fields[1].isdecimal() else 0)
    if not keys:
        return b""
    identifiers, dates = np.frombuffer(keys, np.int64), np.frombuffer(times, np.int32)
    order = np.lexsort((dates, identifiers))
    last = np.ones(len(order), bool)
    last[:-1] = identifiers[order[1:]] != identifiers[order[:-1]]
    current = np.zeros(len(order), np.uint8)
    current[order[last]] = 1
    return current.tobytes()


def _dialect(sources: Sequence[Source], ledger: Ledger) -> Pairs:
    """The names that are preferred in the dialect that is read, by identifier."""
    members: dict[str, array[int]] = {}
    counts: Counter[str] = Counter()
    first: dict[str, tuple[int, str]] = {}
    for name, number, f in _rows(sources, ledger):
        if f[2] != "1":
            ledger.skip("inactive: dialect of a name", number, name)
        elif f[6] not in (_PREFERRED, _ACCEPTABLE) or not f[5].isdecimal():
            ledger.skip("damaged: dialect of a name", number, name)
        else:
            counts[f[4]] += 1
            first.setdefault(f[4], (number, name))
            if f[6] == _PREFERRED:
                members.setdefault(f[4], array("q")).append(int(f[5]))
    chosen = next((d for d in _DIALECTS if d in members), max(members, key=lambda d: counts[d], default=""))
    for dialect, count in counts.items():
        if dialect == chosen:
            ledger.kept += count
        else:
            ledger.skip("in another dialect", *first[dialect])
            ledger.skipped["in another dialect"] += count - 1
    preferred = Pairs()
    for identifier in members.get(chosen, ()):
        preferred.add(identifier)
    preferred.sort()
    return preferred


class _Labels(NamedTuple):
    """The label of each concept: parallel arrays sorted by concept, of the name's identifier and of its hash."""

    concepts: array[int]
    names: array[int]
    hashes: array[int]

    def of(self, concept: str) -> tuple[int, int]:
        """(identifier, hash) of the label of a concept."""
        key = _number(concept)
        place = bisect_left(self.concepts, key)
        if place < len(self.concepts) and self.concepts[place] == key:
            return self.names[place], self.hashes[place]
        return -1, 0


def _number(identifier: str) -> int:
    return int(identifier) if identifier.isdecimal() and len(identifier) < 19 else -1


def _labels(sources: Sequence[Source], preferred: Pairs) -> _Labels:
    """A first reading of the names, to choose the label of each concept."""
    import numpy as np

    concepts, names, hashes, ranks = array("q"), array("q"), array("q"), array("b")
    for _, _, f in _rows(sources, Ledger()):
        if f[2] == "1" and f[5].startswith("en"):
            name = _number(f[0])
            rank = (2 if name in preferred else 4) if f[6] == _SYNONYM else 3 if f[6] == _FULL_NAME else 9
            if rank < 9:
                concepts.append(_number(f[4]))
                names.append(name)
                hashes.append(hash(_bare(f)))
                ranks.append(rank)
    if not concepts:
        return _Labels(concepts, names, hashes)
    keys = np.frombuffer(concepts, np.int64)
    order = np.lexsort((np.frombuffer(ranks, np.int8), keys))
    first = np.ones(len(order), bool)
    first[1:] = keys[order[1:]] != keys[order[:-1]]
    taken = order[first]
    return _Labels(
        array("q", keys[taken].tobytes()),
        array("q", np.frombuffer(names, np.int64)[taken].tobytes()),
        array("q", np.frombuffer(hashes, np.int64)[taken].tobytes()),
    )


def _bare(f: list[str]) -> str:
    """A name, without the tag of a fully specified one."""
    return _TAG.sub("", f[7]) if f[6] == _FULL_NAME else f[7]


def _concepts(sources: Sequence[Source], ledger: Ledger, default: str) -> Iterator[Statement]:
    for name, number, f in _rows(sources, ledger):
        if concept := term(f[0], default, ledger, number, name):
            ledger.keep()
            if f[2] == "0":
                yield Statement(concept, "obsolete", "true")


def _names(sources: Sequence[Source], ledger: Ledger, default: str, labels: _Labels) -> Iterator[Statement]:
    for name, number, f in _rows(sources, ledger):
        if f[2] != "1":
            ledger.skip("inactive name", number, name)
        elif not f[5].startswith("en"):
            ledger.skip("in another language", number, name)
        elif f[6] not in (_SYNONYM, _FULL_NAME, _DEFINITION):
            ledger.skip("not taken up: name of another type", number, name)
        elif concept := term(f[4], default, ledger, number, name):
            ledger.keep()
            if f[6] == _DEFINITION:
                yield Statement(concept, "definition", f[7])
                continue
            label, known = labels.of(f[4])
            text = _bare(f)
            if _number(f[0]) == label:
                yield Statement(concept, "label", text)
            elif hash(text) != known:
                yield Statement(concept, "exact", text)
            if f[6] == _FULL_NAME and (tag := _TAG.search(f[7])):
                yield Statement(concept, "kind", tag[1])


def _parents(sources: Sequence[Source], ledger: Ledger, default: str) -> Iterator[Statement]:
    for name, number, f in _rows(sources, ledger):
        if f[2] != "1":
            ledger.skip("inactive relation", number, name)
        elif f[7] != _IS_A:
            ledger.skip("not taken up: relation other than is a", number, name)
        elif (child := term(f[4], default, ledger, number, name)) and (
            parent := term(f[5], default, ledger, number, name)
        ):
            ledger.keep()
            yield Statement(child, "parent", parent)


def _associations(sources: Sequence[Source], ledger: Ledger, default: str) -> Iterator[Statement]:
    for name, number, f in _rows(sources, ledger):
        if f[2] != "1":
            ledger.skip("inactive association", number, name)
        elif f[4] not in _HEIRS:
            ledger.skip("not taken up: association other than same as or replaced by", number, name)
        elif (gone := term(f[5], default, ledger, number, name)) and (
            heir := term(f[6], default, ledger, number, name)
        ):
            ledger.keep()
            yield Statement(gone, "replaced_by", heir)


def _maps(sources: Sequence[Source], ledger: Ledger, default: str) -> Iterator[Statement]:
    """Maps to ICD-10 that hold without a condition and by one code alone."""
    for name, number, f in _rows(sources, ledger):
        target = _MAPS.get(f[4], "")
        if f[2] != "1":
            ledger.skip("inactive map", number, name)
        elif not target or not f[10]:
            ledger.skip("not taken up: map to no code of ICD-10", number, name)
        elif f[6] != "1" or f[7] != "1" or f[8] != "TRUE":
            ledger.skip("not taken up: map under a condition or in parts", number, name)
        elif concept := term(f[5], default, ledger, number, name):
            ledger.keep()
            for other in ledger.identifiers([f[10]], number, name, target):
                yield Statement(concept, "xref", other)
