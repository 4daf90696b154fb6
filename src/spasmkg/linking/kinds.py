"""What kind of thing a term is, in a dozen groups that every vocabulary's own words are sorted into.

Short names hit rubbish: "hand" is a brand name and "PRP" a phosphate. Two things are linked only where their groups go
together; a term of unknown kind goes with everything.
"""

from __future__ import annotations

import re
from functools import cache

from spasmkg.linking.part import Term

__all__ = ["GROUP_OF_KIND", "fits", "group_of", "groups"]

GROUP_OF_KIND = {
    **dict.fromkeys(("Spasm", "Disease", "Finding", "DeficiencyState", "LifeState", "Condition"), "condition"),
    **dict.fromkeys(
        ("Drug", "Supplement", "Nutrient", "MolecularEntity", "Preparation", "Substance"), "substance"
    ),
    "Biologic": "biologic", "DrugClass": "class", "Test": "test", "Therapy": "treatment", "Procedure": "treatment", "Intervention": "treatment",
    "AnatomicalSite": "site", "Cell": "site", "Process": "process", "Quality": "quality", "Activity": "activity",
    "Device": "device", "Agent": "people", "Population": "people",
}  # fmt: skip
"""By kind of our own the group."""
_TOGETHER = {
    "condition": {"condition", "process"},
    "substance": {"substance", "class"},
    "biologic": {"substance", "class", "site"},  # plasma, exosomes, cells
    "class": {"class", "substance"},
    "test": {"test"},
    "treatment": {"treatment", "activity"},
    "site": {"site"},
    "process": {"process", "condition"},
    "quality": {"quality", "process", "condition"},
    "activity": {"activity", "process", "treatment"},
    "device": {"device"},
    "people": {"people"},
    "product": {"product"},
    "organism": {"organism"},
}
"""By group those that may mean the same thing."""
_WHOLE = {
    "HP": "condition", "MONDO": "condition", "DOID": "condition", "SYMP": "condition", "OAE": "condition",
    "icd10cm": "condition", "UBERON": "site", "CL": "site", "MAXO": "treatment test", "loinc": "test",
    "CHEBI": "substance class", "drugbank": "substance", "MEDDRA": "condition", "OMIM": "condition",
}  # fmt: skip
"""Vocabularies of one thing."""
_MESH = (
    ("A", "site"), ("B", "organism"), ("C", "condition"), ("D27", "class"), ("D", "substance class"), ("E01", "test"),
    ("E02", "treatment"), ("E03", "treatment"), ("E04", "treatment"), ("E05", "test"), ("E06", "treatment"),
    ("E07", "device"), ("F01", "activity process condition quality"), ("F02", "process"), ("F03", "condition"),
    ("F04", "treatment test"), ("G", "process"), ("I03", "activity"), ("I", "activity information"),
    ("J02", "substance"), ("J01", "device"), ("M", "people"), ("N", "information"), ("L", "information"),
    ("H", "information"), ("K", "information"), ("V", "information"), ("Z", "place"),
)  # fmt: skip
"""Start of a MeSH tree number."""
_TYPES = (
    "T017 T021 T022 T023 T024 T025 T026 T029 T030 T031 T018=site "
    "T019 T020 T033 T037 T046 T047 T048 T049 T050 T184 T190 T191=condition "
    "T034 T059 T060 T063=test T058 T061 T062=treatment T065=information "
    "T038 T039 T040 T041 T042 T043 T044 T045 T032 T201=process T080 T081 T082=quality "
    "T051 T052 T053 T054 T055 T056 T057=activity T073 T074 T075 T203=device T200=product "
    "T096 T097 T098 T099 T100 T101=people "
    "T103 T104 T109 T110 T111 T114 T115 T116 T118 T119 T120 T121 T122 T123 T124 T125 T126 T127 T129 T130 T131 T167 "
    "T168 T192 T195 T196 T197=substance "
    "T001 T002 T004 T005 T007 T008 T010 T011 T012 T013 T014 T015 T016 T204=organism"
)
"""Semantic types of UMLS by number."""
_WORDS = (
    "disorder|finding|disease|situation|morphologic abnormality|event|sign or symptom|disease or syndrome|symptom|"
    "injury or poisoning|pathologic function|mental or behavioral dysfunction|neoplastic process|anatomical abnormality|"
    "congenital abnormality|side effect|condition|disease_ontology|human_phenotype|symptoms|diseaseorphenotypicfeature|"
    "phenotypicfeature|clinical finding=condition;"
    "substance|pharmacologic substance|organic chemical|vitamin|inorganic chemical|amino acid, peptide, or protein|"
    "hormone|biologically active substance|small molecule|biotech|chebi_ontology|chemicalentity|smallmolecule|drug|in|pin|"
    "min|ingredient|precise ingredient|multiple ingredients|element, ion, or isotope=substance;"
    "medicinal product|product|clinical drug|medicinal product form|scd|sbd|scdf|sbdf|scdc|sbdc|bpck|gpck|scdg|sbdg|bn|"
    "brand name|branded drug|branded drug comp|branded drug form|branded pack|clinical drug comp|clinical drug form|"
    "clinical pack|quant branded drug|quant clinical drug|quant branded box|clinical dose group|drugproduct=product;"
    "procedure|regime/therapy|therapeutic or preventive procedure|health care activity|treatment=treatment;"
    "observable entity|laboratory procedure|diagnostic procedure|lab test|clinical observation|measurement|"
    "evaluation procedure|clinicalmeasurement=test;"
    "body structure|cell structure|cell|body part, organ, or organ component|body location or region|tissue|"
    "body space or junction|body system|anatomicalentity|spec anatomic site|uberon=site;"
    "physical object|medical device|physical force|device=device;organism=organism;"
    "qualifier value|qualitative concept|quantitative concept|attribute=quality;"
    "person|occupation|social concept|ethnic group|population group|patient or disabled group|professional or occupational "
    "group|racial group=people;"
    "biological_process|organism function|physiologic function|organ or tissue function|cell function|biologicalprocess=process;"
    "daily or recreational activity|activity|behavior|individual behavior=activity;"
    "pharmacologic class|therapeutic class|drug class=class"
)
"""Semantic tags of SNOMED CT, semantic types of UMLS, term types of RxNorm, namespaces of OBO, in words."""
_BOTH = {"procedure": "treatment test", "diagnostic procedure": "test treatment"}


@cache
def _known() -> dict[str, str]:
    found: dict[str, str] = {}
    for part in re.findall(r"((?:T\d{3} ?)+)=(\w+)", _TYPES):
        found.update(dict.fromkeys((t.lower() for t in part[0].split()), part[1]))
    for part in _WORDS.split(";"):
        words, _, group = part.partition("=")
        found.update(dict.fromkeys(words.split("|"), group))
    return found | _BOTH


def group_of(kind: str) -> str:
    """The group of a kind of our own, or of a group's own name; empty where it is none.

    >>> group_of("Spasm"), group_of("DrugClass"), group_of("substance"), group_of("Faq")
    ('condition', 'class', 'substance', '')
    """
    return GROUP_OF_KIND.get(kind, kind if kind in _TOGETHER else "")


def groups(term: Term) -> frozenset[str]:
    """The groups that a term may belong to; none where nothing is known of its kind.

    >>> sorted(groups(Term("mesh:D009120", "Muscle Cramp", ("C23.888.592.608.500",)))), groups(Term("x:1", "x"))
    (['condition'], frozenset())
    """
    return _groups(term.vocabulary, term.kinds, term.id.partition(":")[2])


@cache
def _groups(vocabulary: str, kinds: tuple[str, ...], local: str) -> frozenset[str]:
    found: set[str] = set()
    products = False
    for kind in kinds:
        if kind in GROUP_OF_KIND:
            found.add(GROUP_OF_KIND[kind])
        elif re.fullmatch(r"[A-Z]\d{2}(\.\d{3})*", kind):
            found.update(next((g for start, g in _MESH if kind.startswith(start)), "").split())
        elif group := _known().get(kind.rpartition(":")[2].lower()):
            products |= group == "product"
            found.update(group.split())
    if products:
        return frozenset(("product",))
    if vocabulary == "atc":
        return frozenset(("substance",) if len(local) == 7 else ("class",))
    return frozenset(found or _WHOLE.get(vocabulary, "").split())


def fits(group: str, term: Term) -> bool:
    """Whether a thing of a group may be the same as a term, as far as kinds tell.

    >>> fits("site", Term("rxnorm:1", "Hand", ("BN",))), fits("site", Term("UBERON:0002398", "manus"))
    (False, True)
    """
    theirs = groups(term)
    return not group or not theirs or bool(_TOGETHER[group] & theirs)
