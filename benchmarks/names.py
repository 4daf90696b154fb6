"""Names on 300,000 labels: the exact index, misspelt names, mentions in text, each against what it is built upon."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import bound, compare, cpu, report
from spasmkg.folding import fold, plain
from spasmkg.linking.annotate import Annotator, smooth
from spasmkg.linking.fuzzy import Grams, write_grams
from spasmkg.linking.lexicon import Lexicon
from spasmkg.linking.part import Part, write_keys, write_part
from spasmkg.linking.reading import OWN, Facts

COUNT = 300_000
_STEMS = [
    "myo", "neuro", "cardi", "osteo", "gastro", "derm", "hepat", "nephr", "pulmon", "arthr", "vascul",
    "cerebr", "spin", "ocul", "lip", "gluc", "phosph", "calc", "natri", "kali", "thyr", "aden", "fibr",
    "leuk", "hem",
]  # fmt: skip
_ENDINGS = [
    "pathy", "itis", "osis", "algia", "emia", "oma", "trophy", "plegia", "spasm", "megaly", "penia",
    "stenosis", "cyte", "genic", "ectomy", "graphy", "metry", "lysis", "kinesia", "tonia",
]  # fmt: skip
_PLAIN = [
    "acute", "chronic", "left", "right", "upper", "lower", "severe", "mild", "primary", "secondary",
    "hereditary", "congenital", "familial", "unspecified", "type", "disorder", "disease", "syndrome",
    "deficiency", "injury", "abnormality", "pain", "of", "the", "with", "without", "muscle", "nerve", "joint",
    "bone", "skin", "blood", "vessel", "artery", "vein", "liver", "kidney", "heart", "lung", "brain", "eye",
    "ear", "hand", "foot", "leg", "arm", "increased", "decreased", "level", "activity",
]  # fmt: skip


def labels(count: int = COUNT, seed: int = 11) -> list[str]:
    """Different labels in the manner of medical vocabularies, drawn from a seed."""
    rng = random.Random(seed)
    words = [a + b for a in _STEMS for b in _ENDINGS] + [
        a + c + b for a in _STEMS for c in _STEMS[:8] for b in _ENDINGS
    ]
    made: dict[str, None] = {}
    while len(made) < count:
        length = rng.choice((1, 2, 2, 3, 3, 4, 5))
        parts = [rng.choice(words if rng.random() < 0.45 else _PLAIN) for _ in range(length)]
        if rng.random() < 0.2:
            parts.append(str(rng.randrange(1, 400)))
        made[" ".join(parts).capitalize()] = None
    return list(made)


def typo(text: str, rng: random.Random) -> str:
    """A text with one letter left out, added, changed, or two neighbours swapped."""
    at, letter = rng.randrange(len(text) - 1), rng.choice("abcdefghijklmnopqrstuvwxyz")
    return rng.choice((
        text[:at] + text[at + 1 :],
        text[:at] + letter + text[at:],
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    ))  # fmt: skip


def names() -> None:
    given = labels()
    with tempfile.TemporaryDirectory() as folder:
        exact(given, Path(folder))
        fuzzy(given, Path(folder))
        mentions(given[:100_000], Path(folder))


def exact(given: list[str], folder: Path) -> None:
    from spasmkg.linking.part import Keys

    def build() -> None:
        write_keys(folder / "keys", ((fold(name), row) for row, name in enumerate(given)))

    def dictionary() -> dict[str, list[int]]:
        made: dict[str, list[int]] = {}
        for row, name in enumerate(given):
            made.setdefault(fold(name), []).append(row)
        return made

    title = f"exact index of {len(given):,} labels, folded and written | dict"
    compare(title, lambda: cpu(build), lambda: cpu(dictionary), 3, 3)
    keys = [fold(name) for name in given]
    title = "the kept index opened as a whole | dict of the folded keys"
    plain_dict = lambda: dict(zip(keys, range(len(keys)), strict=True))  # noqa: E731
    compare(title, lambda: cpu(lambda: Keys(folder / "keys").load()), lambda: cpu(plain_dict), 3)
    rng = random.Random(3)
    asked = rng.choices(keys, k=200_000)
    held, bare = Keys(folder / "keys"), dictionary()
    held.load()
    find = held.find
    compare(
        "200,000 look-ups of a folded name | bare dict",
        lambda: cpu(lambda: [find(k) for k in asked]),
        lambda: cpu(lambda: [bare[k] for k in asked]),
        1 / 0.3,
    )


def fuzzy(given: list[str], folder: Path) -> None:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    (folder / "grams").mkdir()
    spent = cpu(lambda: write_grams(folder / "grams", given))
    print(f"{'(making the index of misspelt names, once)':<62} {1000 * spent:10.1f} ms")
    grams, every, rng = Grams(folder / "grams"), [plain(n) for n in given], random.Random(5)
    asked = [(name, plain(typo(name, rng))) for name in rng.sample([n for n in given if len(n) >= 5], 1_000)]
    hits = 0
    for name, wrong in asked:
        found = grams.nearest(wrong, 1)
        hits += bool(found) and any(fold(given[r]) == fold(name) for r in found[0][2])
    bound("names with one typing error that are not first", 100 * (1 - hits / len(asked)), "%", 4)
    some = [wrong for _, wrong in asked[:30]]
    a = cpu(lambda: [grams.nearest(w, 1) for w in some]) / len(some)
    b = cpu(lambda: [process.extractOne(w, every, scorer=OSA.normalized_similarity) for w in some]) / len(some)
    report("the nearest name to a misspelt one | rapidfuzz over all", a, b, a / b, 1 / 10)


def mentions(given: list[str], folder: Path) -> None:
    (folder / "part").mkdir()
    write_part(folder / "part", Facts(names=[(f"HP:{i:07}", name, "label") for i, name in enumerate(given)]))
    (folder / "own").mkdir()
    write_part(folder / "own", Facts())
    annotator = Annotator(Lexicon([Part(folder / "own", OWN), Part(folder / "part", "HP")]))
    text = " ".join(prose(given))
    hay = " " + smooth(text) + " "
    passing = annotator.automaton.find_matches_as_indexes
    title = f"mentions in {len(text) / 1e6:.1f} MB of text | one Aho-Corasick pass"
    compare(title, lambda: cpu(lambda: annotator.annotate(text)), lambda: cpu(lambda: passing(hay)), 3)


def prose(given: list[str]) -> Iterator[str]:
    """Sentences that mention a label every dozen words."""
    rng = random.Random(7)
    filler = [
        "the",
        "patient",
        "was",
        "seen",
        "again",
        "today",
        "and",
        "reports",
        "that",
        "it",
        "began",
        "some",
        "weeks",
        "ago",
        "after",
        "long",
        "days",
        "at",
        "work",
    ]
    for _ in range(25_000):
        yield " ".join(rng.choices(filler, k=rng.randrange(6, 14))) + f", with {rng.choice(given).lower()}."
