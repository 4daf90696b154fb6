"""What the marks of Rich Release Format say of a name: whose it is, how good a name it is, of which scope.

Types of names (TTY) and their classes are those of RXNDOC.RRF and MRDOC.RRF.
"""

from __future__ import annotations

import re

__all__ = ["LIVE", "SOURCES", "label_rank", "scope", "suppressed", "tag", "type_rank", "words"]

LIVE = ("N", "")
"""Marks of a name that is not suppressed."""

SOURCES = {
    "SNOMEDCT_US": "snomedct", "MSH": "mesh", "ICD10CM": "icd10cm", "RXNORM": "rxnorm", "LNC": "loinc", "NCI": "NCIT",
    "HPO": "HP", "ATC": "atc", "DRUGBANK": "drugbank", "OMIM": "OMIM", "GO": "GO", "MTHSPL": "UNII", "FMA": "FMA",
    "ORPHANET": "ORPHANET", "HGNC": "HGNC", "CVX": "CVX", "NDDF": "NDDF", "VANDF": "VANDF", "NDFRT": "NDFRT",
}  # fmt: skip
"""The prefix of the codes of a source; codes of other sources are in no vocabulary that is linked to."""

_ABBREVIATIONS = frozenset((
    "AA", "AB", "ACR", "AM", "CA2", "CA3", "CDA", "CS", "DEV", "DS", "DSV", "ES", "HS", "MTH_AB", "MTH_ACR", "NS", "OA",
    "OAM", "OSN", "PS", "QAB", "QEV", "QSV", "RAB", "RT", "SS", "SSN", "VAB",
))  # fmt: skip
"""Types of the class ``abbreviation``, and related terms."""
_ORDER = {
    tty: rank
    for rank, tty in enumerate((
        "IN", "PIN", "MIN", "BN", "SCD", "SBD", "GPCK", "BPCK", "SCDC", "SBDC", "SCDF", "SBDF", "SCDFP", "SBDFP", "SCDG",
        "SBDG", "SCDGP", "DF", "DFG",
        "PT", "MH", "NM", "LC", "PN", "LN", "LPDN", "LPN", "FN", "HT", "RXN_PT", "RXN_IN", "TQ", "LA", "PTGB", "CD", "SU",
        "GN", "PSN", "PEP", "PCE", "SY", "SYGB", "TMSY",
    ))
}  # fmt: skip
_FULL = frozenset(("FN", "OAF", "OF", "MTH_FN", "MTH_OAF", "MTH_OF"))
_TAG = re.compile(r" \(([a-z][a-z /+-]*)\)$")
Key = tuple[bool, bool, bool, bool, int]


def label_rank(f: list[str], normalised: bool) -> Key:
    """How good a name a row is, the best least; ``normalised``: the concept has a name of RxNorm's own."""
    return (
        normalised and f[11] != "RXNORM",
        f[2] not in ("P", ""),
        f[4] not in ("PF", ""),
        f[6] not in ("Y", ""),
        type_rank(f[12]),
    )


def suppressed(mark: str) -> str:
    """Why a name is left out."""
    meant = {"O": "obsolete", "E": "by an editor", "Y": "by its type"}.get(mark, "strange mark")
    return f"suppressed: {meant}"


def type_rank(tty: str) -> int:
    """How good a name one of a type is, the best least.

    >>> type_rank("PT") < type_rank("SY") < type_rank("ET")
    True
    """
    return _ORDER.get(tty, 60 if tty not in _ABBREVIATIONS else 70)


def scope(tty: str) -> str:
    """The scope of a synonym of some type.

    >>> scope("SY"), scope("AB")
    ('exact', 'related')
    """
    return "related" if tty in _ABBREVIATIONS else "exact"


def words(f: list[str]) -> str:
    """The name of a row, without the semantic tag of a fully specified name of SNOMED CT."""
    return _TAG.sub("", f[14]) if f[12] in _FULL and f[11] == "SNOMEDCT_US" else f[14]


def tag(f: list[str]) -> str:
    """The semantic tag of a fully specified name of SNOMED CT; else nothing."""
    found = _TAG.search(f[14]) if f[12] in _FULL and f[11] == "SNOMEDCT_US" else None
    return found[1] if found else ""
