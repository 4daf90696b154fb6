"""SIDER, side effects of drugs from package leaflets (http://sideeffects.embl.de): its tables have no column names.

A drug is a PubChem compound, which the flat STITCH identifier holds (CID1 and eight digits), with its stereoisomers as
cross-references; an effect is the UMLS concept of its MedDRA term. Each pair is one triple with Biolink's
``has_side_effect``, each indication one with ``treats``. Names and ATC codes of the drugs are in ``drug_names.tsv`` and
``drug_atc.tsv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spasmkg import namespaces as ns
from spasmkg.errors import IdentifierError
from spasmkg.vocabularies.rows import Names, sound, split
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["choose", "fits", "prefix", "read"]

UNIT = "rows"
_STITCH = re.compile(r"CID1(\d{8})", re.ASCII)
_STEREO = re.compile(r"CID0(\d{8})", re.ASCII)
_ROLES = {
    "drug_names": 2, "drug_atc": 2, "meddra_all_se": 6, "meddra_freq": 10, "meddra_all_indications": 7,
}  # fmt: skip
"""The files that are read, in the order of reading, and how many columns each has."""
_EFFECT, _TREATS = (ns.prefixes()["biolink"] + name for name in ("has_side_effect", "treats"))


def _role(source: Source) -> str:
    name = source.stem.removesuffix(".tsv")
    return name if name in _ROLES else ""


def fits(source: Source, head: bytes) -> bool:
    """Whether a file has the name of one of SIDER's tables and begins with a drug."""
    return bool(_role(source)) and (not head or b"CID" in head.replace(b"\0", b"")[:2000])


def choose(sources: Sequence[Source]) -> list[Source]:
    """The files in the order of reading."""
    return sorted(sources, key=lambda s: list(_ROLES).index(_role(s)))


def prefix(_: Sequence[Source]) -> str:
    """``SIDER``."""
    return "SIDER"


def read(sources: Sequence[Source], ledger: Ledger, release: Release, _: str) -> Iterator[Statement]:
    """The statements of the files."""
    release.title = "SIDER side effects"
    names, drugs = Names(), Names()
    coded = any(_role(source) == "drug_atc" for source in sources)
    for source in sources:
        role, last = _role(source), ""
        for number, f in split(source, ledger, "\t", (_ROLES[role],)):
            found = _STITCH.fullmatch(f[0])
            if found is None:
                ledger.skip("term left out: no STITCH identifier", number, source.name)
                continue
            drug = f"PUBCHEM.COMPOUND:{int(found[1])}"
            if role == "drug_names":
                ledger.keep()
                if field := names.field(drug, f[1].strip()):
                    yield Statement(drug, field, f[1].strip())
            elif role == "drug_atc":
                ledger.keep()
                for other in ledger.identifiers([f[1]], number, source.name, "atc"):
                    yield Statement(drug, "xref", other)
            else:
                yield from _pair(role, f, drug, ledger, number, source.name, names)
            if drugs.field(drug, "") == "label":
                yield Statement(drug, "code", f[0])
                yield Statement(drug, "kind", "drug")
                if not coded:
                    ledger.warnings[
                        "drug without an ATC code, by which ours would be found: name drug_atc.tsv too"
                    ] += 1
            if _STEREO.fullmatch(f[1]) and (other := f"PUBCHEM.COMPOUND:{int(f[1][4:])}") not in (drug, last):
                last = other
                yield Statement(drug, "xref", other)


def _pair(
    role: str, f: list[str], drug: str, ledger: Ledger, number: int, name: str, names: Names
) -> Iterator[Statement]:
    """A drug and what it does, or what it is for."""
    if not f[-2]:
        ledger.skip("not taken up: no MedDRA term", number, name)
        return
    if role == "meddra_freq" and f[3] == "placebo":
        ledger.skip("not taken up: frequency under placebo", number, name)
        return
    try:
        effect = sound(f[-2], "umls")
    except IdentifierError as error:
        ledger.skip(f"term left out: {error.reason}", number, name)
        return
    ledger.keep()
    text = f[-1].strip()
    if text and (field := names.field(effect, text)):
        yield Statement(effect, field, text)
        if field == "label":
            yield Statement(effect, "kind", "indication" if role == "meddra_all_indications" else "side effect")
    yield Statement(drug, _TREATS if role == "meddra_all_indications" else _EFFECT, effect, link=True)
