"""Rich Release Format, the layout of RxNorm and of the UMLS Metathesaurus: pipes, no quotes, no line of names.

Layouts: RxNorm Technical Documentation, 12, and UMLS Reference Manual, 3.3 (National Library of Medicine). A row ends
in a pipe. In files of relations the second concept has the relation to the first: ``1|PAR|2`` makes 2 the parent of 1.

Terms are concepts (RXCUI, CUI); ``--as snomedct`` and the like take the codes of that source instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spasmkg.errors import DataSyntaxError, IdentifierError
from spasmkg.vocabularies.rows import Names, Numbers, sound, split, term
from spasmkg.vocabularies.rrfcodes import Codes, code_names, code_parents
from spasmkg.vocabularies.rrfnames import LIVE, SOURCES, label_rank, scope, suppressed, words
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["choose", "fits", "prefix", "read"]

UNIT = "rows"
_ROLES = {
    "sab": 25, "conso": 18, "sty": 6, "def": 8, "sat": 13, "rel": 16, "cui": 0, "atomarchive": 16,
}  # fmt: skip
"""The files that are read, in the order of reading, and how many columns each has."""
_RETIRED = {"rxn": 5, "mr": 7}
_INVERSE = {
    "ingredient_of": "has_ingredient", "ingredients_of": "has_ingredients", "has_tradename": "tradename_of",
    "has_form": "form_of", "inverse_isa": "isa", "precise_ingredient_of": "has_precise_ingredient",
    "constitutes": "consists_of", "dose_form_of": "has_dose_form", "doseformgroup_of": "has_doseformgroup",
    "contained_in": "contains", "has_quantified_form": "quantified_form_of", "part_of": "has_part",
    "included_in": "includes", "reformulated_to": "reformulation_of", "boss_of": "has_boss",
}  # fmt: skip
"""Every relation stands in the files in both directions: the one that is read, by its inverse."""
_UNII = frozenset(("UNII_CODE", "FDA_UNII_CODE"))


def _role(source: Source) -> tuple[str, str]:
    """(``rxn`` or ``mr``, role) of a file by its name; empty for others."""
    name = source.stem
    for family in ("rxn", "mr"):
        if name.startswith(family) and name.endswith(".rrf") and (role := name[len(family) : -4]) in _ROLES:
            return family, role
    return "", ""


def fits(source: Source, head: bytes) -> bool:
    """Whether a file is one of those that are read, by name, and begins with a row of its layout."""
    if not _role(source)[1]:
        return False
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].strip()
    return not first or b"|" in first or first[:2] in (b"\xff\xfe", b"\xfe\xff")


def choose(sources: Sequence[Source]) -> list[Source]:
    """The files to read: of a release with the prescribable subset beside it the whole.

    Raises DataSyntaxError where RxNorm and the Metathesaurus are named together, or where names of concepts are not.
    """
    whole = [s for s in sources if "prescribe/" not in s.name.lower() and s.path.parent.parent.name != "prescribe"]
    chosen = whole or list(sources)
    if len(families := {_role(s)[0] for s in chosen}) > 1:
        raise DataSyntaxError("RxNorm and UMLS files together; load them one after the other", chosen[0].name)
    conso = [s for s in chosen if _role(s)[1] == "conso"]
    if not conso:
        wanted = "RXNCONSO.RRF" if families == {"rxn"} else "MRCONSO.RRF"
        raise DataSyntaxError(f"names are in {wanted}; name that file too", chosen[0].name)
    seen: set[str] = set()
    for source in chosen:
        if (role := _role(source)[1]) in seen:
            raise DataSyntaxError("a file of this name is there twice; name the files of one release", source.name)
        seen.add(role)
    return chosen


def prefix(sources: Sequence[Source]) -> str:
    """``rxnorm`` or ``umls``."""
    return "rxnorm" if _role(sources[0])[0] == "rxn" else "umls"


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of the files of one release, by ``default`` of its concepts or of one source's codes."""
    family = _role(sources[0])[0]
    own = "rxnorm" if family == "rxn" else "umls"
    sabs = frozenset(sab for sab, known in SOURCES.items() if known == default)
    if default != own and not sabs:
        raise DataSyntaxError(
            f'no source of these files is called "{default}"; known are {own}, {", ".join(sorted(set(SOURCES.values())))}',
            sources[0].name,
        )
    by_role = {_role(s)[1]: s for s in sources}
    files = {role: by_role[role] for role in _ROLES if role in by_role}
    if "sab" in files:
        _release(files["sab"], ledger, release, "RXNORM" if default == "rxnorm" else "", sabs)
    if default == own:
        yield from _concepts(files, ledger, family, own)
    else:
        yield from _codes(files, ledger, family, own, default, sabs)


def _rows(source: Source, ledger: Ledger, family: str) -> Iterator[tuple[int, list[str]]]:
    """(line, fields) of a file; the pipe at the end of a row may be missing."""
    role = _role(source)[1]
    width = _RETIRED[family] if role == "cui" else _ROLES[role]
    return split(source, ledger, "|", (width, width + 1))


def _release(source: Source, ledger: Ledger, release: Release, main: str, sabs: frozenset[str]) -> None:
    """Which release it is: RxNorm's or a source's own version, or the newest of the Metathesaurus that is named."""
    newest = ""
    for _, f in _rows(source, ledger, ""):
        ledger.keep()
        if (f[3] == main or f[3] in sabs) and f[21] != "N":
            release.title, release.version = f[4], f[6]
        newest = max(newest, f[9])
    if not main and not sabs:
        release.title, release.version = "UMLS Metathesaurus", newest


def _concepts(files: dict[str, Source], ledger: Ledger, family: str, own: str) -> Iterator[Statement]:
    current = Numbers()
    english = {"RXNORM"}
    for role, source in files.items():
        if role == "conso":
            yield from _names(source, ledger, family, own, current, english)
        elif role == "sty":
            yield from _kinds(source, ledger, family, own)
        elif role == "def":
            yield from _definitions(source, ledger, own, english)
        elif role == "sat":
            yield from _attributes(source, ledger, family, own)
        elif role == "rel":
            yield from _relations(source, ledger, family, own)
        elif role == "cui":
            yield from _retired(source, ledger, family, own, current)
        elif role == "atomarchive":
            yield from _archive(source, ledger, own, current)


def _names(
    source: Source, ledger: Ledger, family: str, own: str, current: Numbers, english: set[str]
) -> Iterator[Statement]:
    group: list[tuple[int, list[str]]] = []
    last, concept = "", ""
    for number, f in _rows(source, ledger, family):
        if f[0] != last:
            if group:
                yield from _concept(concept, group, ledger, source.name, current)
                group = []
            last, concept = f[0], ""
        concept = concept or term(f[0], own, ledger, number, source.name)
        if not concept:
            continue
        if f[1] == "ENG":
            english.add(f[11])
            group.append((number, f))
        else:
            ledger.skip("in another language", number, source.name)
    if group:
        yield from _concept(concept, group, ledger, source.name, current)


def _concept(
    concept: str, group: list[tuple[int, list[str]]], ledger: Ledger, name: str, current: Numbers
) -> Iterator[Statement]:
    """The names of one concept. Names that are suppressed are left out where it has others."""
    own = [f for _, f in group if f[11] == "RXNORM"] if concept.startswith("rxnorm:") else []
    if all(f[16] == "O" for f in own or [f for _, f in group]):
        yield Statement(concept, "obsolete", "true")
    last_own = bool(own) and all(f[16] not in LIVE for f in own)
    taken = [(n, f) for n, f in group if f[16] in LIVE or (last_own and f[11] == "RXNORM")] or group
    if taken is not group:
        for number, f in group:
            if f[16] not in LIVE and not (last_own and f[11] == "RXNORM"):
                ledger.skip(suppressed(f[16]), number, name)
    key = int(concept.partition(":")[2].lstrip("C"))
    said = {""}
    best = min((f for _, f in taken), key=lambda f: label_rank(f, bool(own)))
    if key in current:
        ledger.warn("a name that stands apart from the others of its concept became a synonym", group[0][0], name)
    else:
        current.add(key)
        said.add(words(best))
        yield Statement(concept, "label", words(best))
    if own:
        yield Statement(concept, "kind", min(own, key=lambda f: label_rank(f, True))[12])
    for number, f in taken:
        ledger.keep()
        text = words(f)
        if text not in said:
            said.add(text)
            yield Statement(concept, scope(f[12]), text)
        if (other := _code(f, ledger, number, name)) and other not in said and other != concept:
            said.add(other)
            yield Statement(concept, "xref", other)


_ENTRY = frozenset(("ET", "EP", "PM", "PEP", "CE", "PCE", "LLT", "OL", "OET"))
"""Types of names that stand under a code without meaning the same: no cross-reference comes from them."""


def _code(f: list[str], ledger: Ledger, number: int, name: str) -> str:
    known = SOURCES.get(f[11], "") if f[11] != "MTHSPL" or f[12] == "SU" else ""
    if not known or f[12] in _ENTRY or f[13] == "NOCODE":
        return ""
    try:
        return sound(f[13], known)
    except IdentifierError as error:
        ledger.warn(f"reference left out: {error.reason}", number, name)
        return ""


def _kinds(source: Source, ledger: Ledger, family: str, own: str) -> Iterator[Statement]:
    for number, f in _rows(source, ledger, family):
        if concept := term(f[0], own, ledger, number, source.name):
            ledger.keep()
            yield Statement(concept, "kind", f[3])


def _definitions(source: Source, ledger: Ledger, own: str, english: set[str]) -> Iterator[Statement]:
    for number, f in _rows(source, ledger, "mr"):
        if f[6] not in LIVE:
            ledger.skip("suppressed definition", number, source.name)
        elif f[4] not in english:
            ledger.skip("in another language", number, source.name)
        elif concept := term(f[0], own, ledger, number, source.name):
            ledger.keep()
            yield Statement(concept, "definition", f[5])


def _attributes(source: Source, ledger: Ledger, family: str, own: str) -> Iterator[Statement]:
    """Only identifiers of substances are taken up."""
    for number, f in _rows(source, ledger, family):
        if f[8] not in _UNII:
            ledger.skip("not taken up: attribute", number, source.name)
        elif f[11] not in LIVE:
            ledger.skip("suppressed attribute", number, source.name)
        elif concept := term(f[0], own, ledger, number, source.name):
            ledger.keep()
            for other in ledger.identifiers([f[10]], number, source.name, "UNII"):
                yield Statement(concept, "xref", other)


def _relations(source: Source, ledger: Ledger, family: str, own: str) -> Iterator[Statement]:
    rxn = family == "rxn"
    for number, f in _rows(source, ledger, family):
        if f[14] not in LIVE:
            ledger.skip("suppressed relation", number, source.name)
        elif rxn and (f[10] != "RXNORM" or not f[0] or not f[4]):
            ledger.skip("not taken up: relation of another source", number, source.name)
        elif rxn and not f[7]:
            ledger.skip("not taken up: relation without a name", number, source.name)
        elif not rxn and f[3] not in ("PAR", "RB", "CHD", "RN"):
            ledger.skip("not taken up: relation other than broader or narrower", number, source.name)
        elif f[0] == f[4]:
            ledger.skip("a concept related to itself", number, source.name)
        elif (first := term(f[0], own, ledger, number, source.name)) and (
            second := term(f[4], own, ledger, number, source.name)
        ):
            ledger.keep()
            if not rxn:
                up = f[3] in ("PAR", "RB")
                yield Statement(first if up else second, "parent", second if up else first)
                continue
            relation = _INVERSE.get(f[7])
            subject, other = (first, second) if relation else (second, first)
            relation = relation or f[7]
            if relation == "isa":
                yield Statement(subject, "parent", other)
            else:
                yield Statement(subject, f"rxnorm:{relation}", other, link=True)


def _retired(source: Source, ledger: Ledger, family: str, own: str, current: Numbers) -> Iterator[Statement]:
    """Concepts that are gone, with the one that took their place where it is one."""
    for number, f in _rows(source, ledger, family):
        gone = term(f[0], own, ledger, number, source.name)
        if not gone:
            continue
        if int(f[0].lstrip("C")) in current:
            ledger.skip("of a concept that is in use", number, source.name)
            continue
        ledger.keep()
        yield Statement(gone, "obsolete", "true")
        merged = f[3] == "1" if family == "rxn" else f[2] == "SY"
        heir = f[4] if family == "rxn" else f[5]
        if merged and heir and heir != f[0]:
            for other in ledger.identifiers([heir], number, source.name, own):
                yield Statement(gone, "replaced_by", other)


def _archive(source: Source, ledger: Ledger, own: str, current: Numbers) -> Iterator[Statement]:
    """The last names of concepts of RxNorm that are gone."""
    names = Names()
    for number, f in _rows(source, ledger, "rxn"):
        if f[13] != "RXNORM" or not f[12]:
            ledger.skip("not taken up: archived name of another source", number, source.name)
        elif gone := term(f[12], own, ledger, number, source.name):
            if int(f[12]) in current:
                ledger.skip("of a concept that is in use", number, source.name)
                continue
            ledger.keep()
            field = names.field(gone, f[2])
            if field:
                yield Statement(gone, field, f[2])
            if field == "label":
                yield Statement(gone, "obsolete", "true")
                yield Statement(gone, "kind", f[14])
            if f[15] and f[15] != f[12]:
                for other in ledger.identifiers([f[15]], number, source.name, own):
                    yield Statement(gone, "replaced_by", other)


def _codes(
    files: dict[str, Source], ledger: Ledger, family: str, own: str, default: str, sabs: frozenset[str]
) -> Iterator[Statement]:
    """The codes of one source of the Metathesaurus as terms."""
    codes, conso = Codes(default, sabs), files["conso"]
    yield from code_names(codes, conso.name, lambda book: _rows(conso, book, family), ledger, own)
    for role, source in files.items():
        if role == "rel":
            yield from code_parents(codes, _rows(source, ledger, family), ledger, source.name)
        elif role == "sty":
            for number, f in _rows(source, ledger, family):
                if found := codes.of_concept(f[0]):
                    ledger.keep()
                    yield from (Statement(code, "kind", f[3]) for code in found)
                else:
                    ledger.skip("of another source", number, source.name)
        elif role == "def":
            for number, f in _rows(source, ledger, family):
                if f[4] in sabs and f[6] in ("N", "") and (code := codes.of_atom(f[1])):
                    ledger.keep()
                    yield Statement(code, "definition", f[5])
                else:
                    ledger.skip("of another source", number, source.name)
        elif role not in ("conso", "sab"):
            for number, _ in _rows(source, ledger, family):
                ledger.skip("not taken up with --as", number, source.name)
