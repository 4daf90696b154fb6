"""Names reduced to what counts when two of them are compared.

Folding goes word by word, and each word's fold is remembered: the labels of a vocabulary hold few different words.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fold", "loose", "plain"]

_BRITISH = (
    ("oedem", "edem"), ("aem", "em"), ("oesoph", "esoph"), ("rrhoea", "rrhea"), ("pnoea", "pnea"), ("paed", "ped"), ("aesth", "esth"),
    ("aetio", "etio"), ("faec", "fec"), ("foet", "fet"), ("gynaec", "gynec"), ("oestr", "estr"), ("caec", "cec"),
    ("fibre", "fiber"), ("tumour", "tumor"), ("colour", "color"), ("behaviour", "behavior"), ("labour", "labor"),
    ("odour", "odor"), ("centre", "center"), ("litre", "liter"), ("programme", "program"), ("isation", "ization"),
    ("ising", "izing"), ("signalling", "signaling"), ("ageing", "aging"), ("caesium", "cesium"), ("sulph", "sulf"),
    ("grey", "gray"), ("leucocyt", "leukocyt"),
)  # fmt: skip
_IRREGULAR = {
    "feet": "foot", "teeth": "tooth", "children": "child", "women": "woman", "men": "man", "vertebrae": "vertebra",
    "diagnoses": "diagnosis", "bursae": "bursa", "scapulae": "scapula", "fasciae": "fascia",
}  # fmt: skip
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "κ": "kappa", "λ": "lambda", "ω": "omega",
    "µ": "u", "μ": "u",
}  # fmt: skip
_ASCII = {c: chr(c).lower() if chr(c).isalnum() else None if chr(c) == "'" else " " for c in range(128)}
_TAG = r"</?(?:sub|sup|i|b|em)>"
_BRACKETS = r"\([^()]*\)|\[[^\[\]]*\]"
_EMPTY = frozenset(
    ["an", "the", "of", "nos", "nec", "unspecified", "otherwise", "specified", "elsewhere", "classified", "not", "ae"]
)
"""Words that say nothing: articles, "not otherwise specified", and the "AE" of every adverse event."""
_MOST = 300_000


def plain(text: str) -> str:
    """A name as small letters and digits with single spaces: no marks, no tags, no accents; words are kept.

    >>> plain("Parkinson's  Disease"), plain("α2-adrenergic"), plain("vitamin D<sub>3</sub>")
    ('parkinsons disease', 'alpha2 adrenergic', 'vitamin d3')
    """
    return " ".join(_letters(text).split())


def fold(text: str) -> str:
    """A name reduced to what counts in a comparison: letters and digits, American spelling, singular words.

    >>> fold("Muscle Cramps"), fold("Peripheral oedema"), fold("α2-adrenergic"), fold("vitamin D₃")
    ('muscle cramp', 'peripheral edema', 'alpha2 adrenergic', 'vitamin d3')
    """
    return " ".join([_FOLDS[w] for w in _letters(text).split()])


def loose(text: str) -> str:
    """A weaker key: what stands in brackets, words that add nothing and the order of words do not count.

    >>> loose("Spasm, muscle"), loose("Fever, unspecified"), loose("Infection (disorder)")
    ('muscle spasm', 'fever', 'infection')
    """
    if "(" in text or "[" in text:
        text = re.sub(_BRACKETS, " ", text).strip() or text
    words = fold(text).split()
    if len(words) > 1:
        if "not" not in words or _says_nothing(words):
            kept = [
                w for i, w in enumerate(words) if w not in _EMPTY and (w != "a" or words[i - 1] not in ("of", "in"))
            ]
            words = kept or words
        words = sorted(words)
    return " ".join(words)


def _says_nothing(words: list[str]) -> bool:
    """Whether "not" is only that of "not otherwise specified" or "not elsewhere classified"."""
    at = words.index("not")
    return words.count("not") == 1 and words[at + 1 : at + 3] in (
        ["otherwise", "specified"],
        ["elsewhere", "classified"],
    )


def _letters(text: str) -> str:
    if "<" in text:
        text = re.sub(_TAG, "", text)
    if text.isascii():
        return text.translate(_ASCII)
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = "".join([_GREEK.get(c, c) for c in text if not unicodedata.combining(c)]).replace("’", "")
    return "".join([c if c.isalnum() else " " for c in text]).lower() if not text.isascii() else text.translate(_ASCII)


class _Folds(dict[str, str]):
    """The fold of each word met so far."""

    def __missing__(self, word: str) -> str:
        folded, before = _singular(_american(word)), word
        while folded != before:  # taking off one ending may uncover another
            folded, before = _singular(_american(folded)), folded
        if len(self) < _MOST:
            self[word] = folded
        return folded


_FOLDS = _Folds()


def _american(word: str) -> str:
    for british, american in _BRITISH:
        if british in word:
            word = word.replace(british, american)
    return word[:-3] + "ize" if word.endswith("ise") and len(word) > 5 and not word.endswith("wise") else word


def _singular(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or word[-1] != "s" or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1]
