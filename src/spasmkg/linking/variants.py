"""Other ways to say the same name, as medical vocabularies do: a word for the kind of thing, another word for a change.

Only general words stand here; what is called what is the business of the vocabularies.
"""

from __future__ import annotations

from collections.abc import Iterator

from spasmkg.folding import loose

__all__ = ["heads", "variants"]

_KIND_WORDS = {
    "condition": ("disease", "disorder", "condition", "problem"),
    "treatment": ("therapy", "procedure", "treatment", "technique", "modality", "exercise"),
    "test": ("test", "procedure", "measurement", "assessment", "evaluation", "panel", "examination"),
    "class": ("agent", "drug", "medication", "medicine"),
    "substance": ("drug", "supplement"),
    "site": ("structure", "region"),
}
_SAME = (
    ("increased", "elevated", "raised", "high"),
    ("decreased", "reduced", "low"),
    ("disc", "disk"),
    ("narrowing", "stenosi"),
    ("neurological", "neurologic", "nervous system"),
    ("renal", "kidney"),
    ("hepatic", "liver"),
    ("cardiac", "heart"),
    ("arterial", "artery"),
    ("muscular", "muscle"),
    ("urinary", "urine"),
    ("computed", "computerized"),
    ("physiotherapy", "physical therapy"),
    ("mri", "magnetic resonance imaging"),
    ("ct", "computed tomography"),
)
"""Words that take each other's place in names of the same thing."""
_ADDED = frozenset(("treatment", "test", "class", "site"))
"""Groups in whose names the word for the kind may be missing: a disorder of pain is more than pain."""


def variants(name: str, group: str) -> Iterator[str]:
    """Weaker keys of what a name may be called elsewhere, its own left out.

    >>> "therapy yoga" in set(variants("yoga", "treatment")), "kidney stone" in set(variants("renal stones", "condition"))
    (True, True)
    """
    own = loose(name)
    words = own.split()
    if not words:
        return
    bases = [words]
    for same in _SAME:
        for base in list(bases):
            held = next((s for s in same if set(s.split()) <= set(base)), None)
            if held:
                rest = [w for w in base if w not in held.split()]
                bases += [rest + other.split() for other in same if other != held]
    if group == "class" and {"agonist", "antagonist"} & set(words):
        bases.append([w for w in words if w != "receptor"] if "receptor" in words else [*words, "receptor"])
    given = {own}
    kinds = _KIND_WORDS.get(group, ())
    for base in bases:
        bare = [w for w in base if w not in kinds]
        swapped = [[*bare, kind] for kind in kinds] if bare and len(bare) < len(base) else []
        added = [[*base, kind] for kind in kinds if kind not in base] if group in _ADDED else []
        for made in (base, *swapped, *added):
            key = " ".join(sorted(made))
            if key not in given:
                given.add(key)
                yield key


def heads(name: str) -> Iterator[str]:
    """Shorter names for something more general: the name without its first word, without its first two …

    >>> list(heads("nocturnal leg cramp"))
    ['leg cramp', 'cramp']
    """
    words = name.split()
    if " of " not in name:
        yield from (" ".join(words[i:]) for i in range(1, len(words)))
