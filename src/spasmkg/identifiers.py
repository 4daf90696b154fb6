"""Identifiers of outside vocabularies in one spelling, with their damage found: patterns, check digits, prefixes.

Files write the same thing as ``SCTID:76069003``, ``SNOMEDCT_US_2025_09_01:76069003``, a bare ``76069003`` or an IRI of
one of several sites; spreadsheets turn long numbers into ``1.56E+16``. Spellings come from ``prefixes.epm.json`` and
``outside-prefixes.epm.json``. SNOMED CT identifiers end in a Verhoeff check digit (SNOMED CT Release File
Specifications, 5.5), LOINC codes in a modulus 10 one (LOINC Users' Guide, appendix C).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache

from spasmkg import namespaces as ns
from spasmkg.errors import IdentifierError
from spasmkg.resources import ontology_dir

__all__ = ["iri", "local_problem", "normal", "preferred_prefix", "verhoeff"]

_PATTERNS = {
    "HP": r"\d{7}", "MONDO": r"\d{7}", "DOID": r"\d+", "SYMP": r"\d{7}", "MAXO": r"\d{7}", "UBERON": r"\d{7}",
    "CHEBI": r"\d+", "NCIT": r"C\d+", "OAE": r"\d{7}", "RO": r"\d{7}|[A-Za-z]\w*", "ECO": r"\d{7}",
    "umls": r"C\d{7}", "mesh": r"[CDMQTA]\d{6}(\d{3})?", "snomedct": r"[1-9]\d{5,17}",
    "icd10cm": r"[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?(-[A-Z][0-9A-Z]{2})?|\d{1,2}",
    "rxnorm": r"\d{1,8}", "atc": r"[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?", "loinc": r"\d{1,7}-\d|L[PAGRL]\d+-\d|MTHU\d+",
    "drugbank": r"DB\d{5}|DBSALT\d{6}|DBMET\d{5}", "OMOP": r"-?\d{1,10}", "UNII": r"[0-9A-Z]{10}",
}  # fmt: skip
_FORMS = {prefix: re.compile(pattern, re.ASCII) for prefix, pattern in _PATTERNS.items()}
_DAMAGED = re.compile(r"\d+\.\d+[Ee]\+?\d+|\d+[Ee]\+\d+", re.ASCII)
_PLAIN = re.compile(r"[^\s<>\"{}|\\^`]+")
_UPPER = frozenset(("umls", "mesh", "icd10cm", "atc", "loinc", "drugbank", "NCIT"))
_MARK = re.compile(r"[/#_=:]")
_VERSIONED = r"_(?:\d{4}_\d{1,2}_\d{1,2}|\d{4}(?:[A-Z]{2})?)$"
_D = [
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
]  # fmt: skip
_P = ["0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"]
_VERHOEFF = [[bytes(int(_D[check][int(p)]) for p in row) for check in range(10)] for row in _P]
"""By place modulo 8, check so far and digit, the next check."""


@cache
def _spellings() -> dict[str, tuple[str, str]]:
    """(preferred prefix, IRI) by every spelling of a prefix in small letters."""
    known: dict[str, tuple[str, str]] = {}
    for name in ("outside-prefixes.epm.json", "prefixes.epm.json"):  # the project's own map has the last word
        for record in json.loads((ontology_dir() / name).read_bytes()):
            pair = record["prefix"], record["uri_prefix"]
            for spelling in (record["prefix"], *record.get("prefix_synonyms", ())):
                known[spelling.lower()] = pair
    return known


@cache
def _by_iri() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Preferred prefix by the start of the IRIs; and (start, prefix) of those whose start ends in no usual mark."""
    known: dict[str, str] = {}
    for name in ("outside-prefixes.epm.json", "prefixes.epm.json"):
        for record in json.loads((ontology_dir() / name).read_bytes()):
            for start in (record["uri_prefix"], *record.get("uri_prefix_synonyms", ())):
                known[start] = record["prefix"]
    known.pop(ns.prefixes()["obo"])
    odd = sorted(((s, p) for s, p in known.items() if not _MARK.fullmatch(s[-1])), key=lambda pair: -len(pair[0]))
    return known, tuple(odd)


def _starts(text: str) -> list[tuple[str, str]]:
    """(start, preferred prefix) of an IRI in ways that are known, the longest start first."""
    known, odd = _by_iri()
    found = [(text[: m.end()], known[text[: m.end()]]) for m in _MARK.finditer(text) if text[: m.end()] in known]
    found += [(start, prefix) for start, prefix in odd if text.startswith(start)]
    return sorted(found, key=lambda pair: -len(pair[0]))


def preferred_prefix(spelling: str, declared: Mapping[str, str] | None = None) -> str:
    """The preferred spelling of a prefix, which may carry a release; empty where it is unknown.

    ``declared`` are prefixes that the file itself declares, with their IRIs.

    >>> preferred_prefix("SNOMEDCT_US_2025_09_01"), preferred_prefix("MSH"), preferred_prefix("nonsense")
    ('snomedct', 'mesh', '')
    """
    known = _spellings()
    key = spelling.lower()
    found = known.get(key) or known.get(re.sub(_VERSIONED, "", spelling).lower())
    if found:
        return found[0]
    return spelling if declared and spelling in declared else ""


def iri(curie: str, declared: Mapping[str, str] | None = None) -> str:
    """The IRI of an identifier in normal form; an IRI stays as it is.

    Raises IdentifierError where the prefix is unknown or the result cannot be written as an IRI.

    >>> iri("snomedct:76069003"), iri("OMIM:168605")
    ('http://snomed.info/id/76069003', 'http://identifiers.org/mim/168605')
    """
    prefix, colon, local = curie.partition(":")
    if local.startswith("//") or prefix == "urn":
        found = curie
    else:
        pair = _spellings().get(prefix.lower()) if colon else None
        start = pair[1] if pair else (declared or {}).get(prefix)
        if start is None:
            raise IdentifierError("unknown prefix", curie)
        found = start + local
    if not ns.is_iri(found):
        raise IdentifierError("characters that no identifier has", curie)
    return found


def normal(text: str, default: str = "", declared: Mapping[str, str] | None = None) -> str:
    """An identifier in its normal spelling, ``prefix:local``; ``default`` is the prefix of a bare local part.

    An IRI that no known prefix fits stays as it is. Raises IdentifierError, which says in few words what is wrong.

    >>> normal("SCTID:76069003"), normal("http://identifiers.org/mesh:D009120"), normal("M5450", "icd10cm")
    ('snomedct:76069003', 'mesh:D009120', 'icd10cm:M54.50')
    >>> normal("1.56E+16", "snomedct")
    Traceback (most recent call last):
    spasmkg.errors.IdentifierError: "1.56E+16": a number that a spreadsheet has damaged
    """
    text = text.strip().strip("<>")
    if "://" in text[:12]:
        return _of_iri(text, declared)
    prefix, colon, local = text.partition(":")
    known = preferred_prefix(prefix, declared) if colon else ""
    if not known and default and (not colon or re.match(r"[A-Z]?\d", text)):
        known, local = default, text
    if not known:
        obo = re.fullmatch(r"([A-Za-z]+)_(\d{5,}|C\d+)", text)
        if obo and (known := preferred_prefix(obo[1], declared)):
            local = obo[2]
        else:
            raise IdentifierError("unknown prefix" if colon else "no identifier", text)
    local = _tidy(known, local.strip())
    if problem := local_problem(known, local):
        raise IdentifierError(problem, text)
    return f"{known}:{local}"


def _of_iri(text: str, declared: Mapping[str, str] | None) -> str:
    for start, prefix in _starts(text):
        if len(text) > len(start):
            local = _tidy(prefix, text[len(start) :])
            if prefix in _PATTERNS and (problem := local_problem(prefix, local)):
                if problem.startswith("not the form"):  # another thing at the same address
                    break
                raise IdentifierError(problem, text)
            return f"{prefix}:{local}"
    for prefix, start in (declared or {}).items():
        if text.startswith(start) and len(text) > len(start) and "/" not in text[len(start) :]:
            return f"{prefix}:{text[len(start) :]}"
    obo = re.fullmatch(r"https?://purl\.obolibrary\.org/obo/([A-Za-z]+)_(\w+)", text)
    if obo and preferred_prefix(obo[1]):
        return f"{preferred_prefix(obo[1])}:{obo[2]}"
    if not ns.is_iri(text):
        raise IdentifierError("characters that no identifier has", text)
    return text


def _tidy(prefix: str, local: str) -> str:
    """The local part without repeated prefix, in its usual case and with its usual dots."""
    n = len(prefix)
    if local[n : n + 1] in (":", "_") and len(local) > n + 1 and local[:n].lower() == prefix.lower():
        local = local[n + 1 :]
    if prefix in _UPPER:
        local = local.upper()
    if prefix == "icd10cm" and re.fullmatch(r"[A-Z][0-9A-Z]{3,6}", local):
        local = f"{local[:3]}.{local[3:]}"
    if prefix == "snomedct":
        local = local.split("|")[0].strip()
    return local


def local_problem(prefix: str, local: str) -> str:
    """What is wrong with the local part of an identifier of a vocabulary, in few words; empty where nothing is.

    >>> local_problem("snomedct", "76069003"), local_problem("snomedct", "76069004")
    ('', 'wrong check digit')
    """
    if not local:
        return "no identifier"
    form = _FORMS.get(prefix)
    if form is None or not form.fullmatch(local):
        if _DAMAGED.fullmatch(local):
            return "a number that a spreadsheet has damaged"
        if form is not None:
            return f"not the form of {prefix}"
        return "" if _PLAIN.fullmatch(local) else "characters that no identifier has"
    if prefix == "snomedct" and not verhoeff(local):
        return "wrong check digit"
    if prefix == "loinc" and "-" in local and not _mod10(local):
        return "wrong check digit"
    return ""


def verhoeff(digits: str) -> bool:
    """Whether the last digit is the Verhoeff check digit of the others.

    >>> verhoeff("2363"), verhoeff("2364")
    (True, False)
    """
    check = 0
    for place, digit in enumerate(digits.encode("ascii")[::-1]):
        check = _VERHOEFF[place & 7][check][digit - 48]
    return check == 0


def _mod10(code: str) -> bool:
    """Whether a LOINC code ends in its modulus 10 check digit; letters, as in LP200067-9, count by their place in ASCII.

    >>> _mod10("2823-3"), _mod10("LP200067-9"), _mod10("LP200067-8")
    (True, True, False)
    """
    number, _, check = code.partition("-")
    if number.startswith(("LL", "LG", "LR")):
        return True  # lists and groups: the rule is seen to hold of numbers, of all parts and answers at hand, not of these
    total = 0
    for place, sign in enumerate(number.encode("ascii")[::-1]):
        value = sign - 48
        total += value if place % 2 else 2 * value - 9 * (value // 5)
    return (10 - total % 10) % 10 == int(check)
