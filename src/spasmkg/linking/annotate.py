"""Mentions of entities and vocabulary terms in a text, with offsets.

The text is brought into a form of the same length, in which letters are small and everything that separates words is a
space, so that offsets stay those of the text as it is: code points, zero-based, end exclusive. One Aho-Corasick pass
finds from left to right the longest name that starts at a word; where that does not end with a word, the longest shorter
one is looked up.
A plural counts as its singular, and names are known in British and American spelling and with Greek letters. An
abbreviation counts only in its own case. Whether a mention is negated, or about somebody else, is not judged.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, overload

from spasmkg.folding import fold
from spasmkg.linking.kinds import fits
from spasmkg.linking.lexicon import Lexicon
from spasmkg.linking.part import Match, Term
from spasmkg.linking.reading import OWN

__all__ = ["Annotator", "Mention", "Mentions", "smooth"]

_SCOPES = frozenset(("label", "exact", "spelling"))
_TAG = r"</?(?:sub|sup|i|b|em)>"
_GAP = rf"{_TAG}|\r(?=\n)|(?<=[ \t\n])[ \t]+"
_STRANGE = "\x7f"
"""Stands for a letter that has no ASCII form; what matched it is held against the text again."""
_PUNCTUATION = '!"#$%&()*+,./:;<=>?@[\\]^_`{|}~-\n\r\t\f\v'
_CUTS = r"[.,;:!?()\[\]{}\"]"
_MOST = 200_000
_FUNCTION_WORDS = """
    a all also am an and any are as at be but by can do for from go had has have he her him his how i if in is it its may
    me more most my no not now of on one or our out she so some such than that the their them then there they this to up
    us very was we were what when which who will with you your
"""
_AMERICAN = (
    ("edema", "oedema"), ("emia", "aemia"), ("hem", "haem"), ("esoph", "oesoph"), ("diarrhea", "diarrhoea"),
    ("anesth", "anaesth"), ("fiber", "fibre"), ("tumor", "tumour"), ("color", "colour"), ("behavior", "behaviour"),
    ("center", "centre"), ("labor", "labour"), ("ization", "isation"), ("gynec", "gynaec"), ("fetus", "foetus"),
    ("signaling", "signalling"), ("aging", "ageing"), ("pediatr", "paediatr"), ("orthoped", "orthopaed"), ("sulf", "sulph"),
)  # fmt: skip
_SPELLED = "|".join(w for pair in _AMERICAN for w in pair)
_GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "omega": "ω"}
_GREEKS = r"\b(?:alpha|beta|gamma|delta|omega)\b"


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a text that names something: from ``start`` to ``end``, the words, and what they name.

    ``matches`` are the terms with the name that was found, our own first, labels before synonyms.
    """

    start: int
    end: int
    text: str
    matches: tuple[Match, ...]


class Mentions(Sequence[Mention]):
    """The mentions in a text, by place, each made when it is asked for; none overlaps another."""

    def __init__(self, text: str, back: Callable[[int], int], found: list[tuple[int, int, str]], names: Names) -> None:
        self._text, self._back, self._found, self._names = text, back, found, names

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, place: int) -> Mention: ...
    @overload
    def __getitem__(self, place: slice) -> list[Mention]: ...
    def __getitem__(self, place: int | slice) -> Mention | list[Mention]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        start, end, pattern = self._found[place]
        begin, stop = self._back(start), self._back(end - 1) + 1
        return Mention(begin, stop, self._text[begin:stop], self._names.meant(pattern, self._text[begin:stop]))


class Annotator:
    """Finds the names of a lexicon in texts; made once for many texts, or for the words of one."""

    def __init__(
        self,
        lexicon: Lexicon,
        vocabularies: Collection[str] = (),
        groups: Collection[str] = (),
        text: str | None = None,
    ) -> None:
        """``vocabularies`` are prefixes (our own entities count as ``spasm``), none for all; ``groups`` are kinds of
        things, none for all; with ``text`` only names whose words stand in that text are taken up.
        """
        from ahocorasick_rs import AhoCorasick, MatchKind

        words = None if text is None else _words(text)
        self.names = Names(_names(lexicon, frozenset(vocabularies), frozenset(groups), words))
        self.patterns = [" " + form for form in self.names.by_form]
        self._plain = [not self.names.careful(p[1:]) for p in self.patterns]
        self._one_word = [" " not in p[1:] for p in self.patterns]
        self.automaton: Any = AhoCorasick(self.patterns, matchkind=MatchKind.LeftmostLongest) if self.patterns else None

    def annotate(self, text: str) -> Mentions:
        """The mentions in a text: from left to right the longest that starts there."""
        bare, back = _without_gaps(text)
        hay = " " + smooth(bare) + "  "
        low = _lowered(bare)
        found: list[tuple[int, int, str]] = []
        add, patterns, plain, one_word = found.append, self.patterns, self._plain, self._one_word
        for number, start, end in self.automaton.find_matches_as_indexes(hay) if self.automaton else ():
            after = hay[end]
            if after == " " and plain[number]:
                if one_word[number] or low[start : end - 1] == patterns[number][1:]:
                    add((start, end - 1, patterns[number]))
                    continue
            elif one_word[number] and after not in " se":  # the start of another word
                continue
            found += self._with_care(bare, hay, start, end, patterns[number])
        return Mentions(text, back, found, self.names)

    def _with_care(self, bare: str, hay: str, start: int, end: int, pattern: str) -> Iterator[tuple[int, int, str]]:
        """What a match comes to that ends inside a word, or that must be in its own case or within a sentence."""
        ending = _ending(hay, end, pattern)
        if ending is not None and self.names.meant(pattern, bare[start : end + ending - 1]):
            yield start, end + ending - 1, pattern
            return
        while hay[end] != " ":  # the whole last word
            end += 1
        while start < end:  # shorter names, from each word on
            stop = start + 1
            best = start
            while stop <= end:
                stop = hay.index(" ", stop)
                form = self.names.form(hay[start + 1 : stop])
                if form and self.names.meant(form, bare[start : stop - 1]):
                    best, named = stop, form
                stop += 1
            if best > start:
                yield start, best - 1, named
                start = best
            else:
                start = hay.index(" ", start + 1)


class Names:
    """The names to look for, by what they look like in a smoothed text."""

    def __init__(self, names: Iterable[Match]) -> None:
        self.by_form: dict[str, list[Match]] = {}
        for match in names:
            for form in _forms(match.text):
                self.by_form.setdefault(form, []).append(match)
        self._meant: dict[tuple[str, str], tuple[Match, ...]] = {}

    def careful(self, form: str) -> bool:
        """Whether what the text has must be looked at: for its case, or because a letter stands for several."""
        return _STRANGE in form or all(_abbreviation(m.text) for m in self.by_form[form])

    def form(self, words: str) -> str:
        """The form under which a stretch of smoothed text is known; empty where it is not."""
        for form in (words, words.removesuffix("s"), words.removesuffix("es")):
            if form in self.by_form and (form == words or _ending(words + "  ", len(form), form) is not None):
                return " " + form
        return ""

    def meant(self, pattern: str, shown: str) -> tuple[Match, ...]:
        """The terms that a stretch of a text may mean, found by a pattern."""
        found = self._meant.get((pattern, shown))
        if found is None:
            form = pattern[1:]
            found = _ranked(m for m in self.by_form[form] if _as_written(shown, m.text, form))
            if len(self._meant) < _MOST:
                self._meant[pattern, shown] = found
        return found


def _ending(hay: str, end: int, pattern: str) -> int | None:
    """How many letters of a plural follow a name; None where its word goes on."""
    if hay[end] == " ":
        return 0
    if hay[end] == "s" and hay[end + 1] == " " and pattern[-1] != "s":
        return 1
    return 2 if hay.startswith("es ", end) and pattern[-1] in "sxhz" else None


def _words(text: str) -> frozenset[str]:
    """Every folded word that a name found in a text may consist of; more does no harm."""
    bare = _without_gaps(text)[0]
    pieces = " ".join(re.findall(r"[^\W_]+", bare))
    found = {w for form in (bare, smooth(bare), pieces) for w in fold(form).split()}
    found |= {part for w in found for part in re.findall(r"[a-z]+|\d+", w)}
    return frozenset(found)


def smooth(text: str) -> str:
    """A text in small letters without accents, with a space for everything that separates words; of the same length.

    >>> smooth("Muscle-cramps (É, İ)")
    'muscle cramps  e  i '
    """
    lowered = _lowered(text)
    if lowered.isascii():
        return lowered.translate(_ascii())
    for c in set(lowered):
        if c in _PUNCTUATION or not c.isascii():
            lowered = lowered.replace(c, _plain(c))
    return lowered.replace("'", " ") if "'" in lowered else lowered


def _lowered(text: str) -> str:
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join([c.lower() if len(c.lower()) == 1 else c for c in text])  # "İ" would become two characters


@cache
def _ascii() -> Mapping[int, str]:
    return {ord(c): " " for c in _PUNCTUATION + "'"}


@cache
def _plain(c: str) -> str:
    """One ASCII character for any other."""
    if c in _PUNCTUATION or c.isspace():
        return " "
    whole = unicodedata.normalize("NFKD", c).lower()
    base = "".join(x for x in whole if not unicodedata.combining(x))
    if len(base) == 1 and base.isascii():
        return base if base.isalnum() else " "
    return _STRANGE if c.isalnum() or unicodedata.combining(c) else " "


def _without_gaps(text: str) -> tuple[str, Callable[[int], int]]:
    """The text without what may stand inside a name and is not of it, and the way back to the places of the text.

    That are the tags of subscripts and the like, indents, further blanks, and the first half of a line's end.
    """
    if not ("<" in text or "\r\n" in text or re.search(r"[ \t\n][ \t]", text)):
        return text, lambda place: place
    pieces, starts, shifts, last, gone = [], [0], [0], 0, 0
    for gap in re.finditer(_GAP, text):
        pieces.append(text[last : gap.start()])
        gone += len(gap[0])
        last = gap.end()
        starts.append(last - gone)
        shifts.append(gone)
    bare = "".join([*pieces, text[last:]])
    return bare, lambda place: place + shifts[bisect_right(starts, place) - 1]


def _as_written(shown: str, name: str, pattern: str) -> bool:
    """Whether a stretch of the text may be meant as a name: in its case, and not across a full stop or a comma."""
    if _abbreviation(name):
        return shown == name or (shown[-1] == "s" and shown[:-1] == name)
    if shown.lower() == name.lower():
        return True
    if _STRANGE in pattern and fold(shown) != fold(name):
        return False
    return re.search(_CUTS, shown) is None or (fold(shown) == fold(name) and re.search(_CUTS, name) is not None)


def _abbreviation(name: str) -> bool:
    """Whether a name is a short one whose capitals tell it from a word, such as PRP, CT, mTOR, Ca or T3."""
    if len(name) > 6 or " " in name:
        return False
    capitals = sum(map(str.isupper, name))
    return capitals >= 2 or (capitals == 1 and (len(name) <= 2 or not name.isalpha() or not name.istitle()))


def _ranked(matches: Iterable[Match]) -> tuple[Match, ...]:
    order = {"label": 0, "exact": 1, "spelling": 2}
    best: dict[str, Match] = {}
    for m in sorted(
        matches, key=lambda m: (m.term.vocabulary != OWN, order[m.scope], m.term.vocabulary.lower(), m.term.id)
    ):
        best.setdefault(m.term.id, m)
    return tuple(best.values())


# ---- the names to look for ----


def _names(
    lexicon: Lexicon, vocabularies: frozenset[str], groups: frozenset[str], words: frozenset[str] | None
) -> Iterator[Match]:
    """Every name that is looked for."""
    good: dict[str, bool] = {}
    seen: set[tuple[str, str, str]] = set()

    def wanted(term: Term) -> bool:
        if term.id not in good:
            right = not vocabularies or term.vocabulary in vocabularies
            good[term.id] = right and not term.obsolete and (not groups or any(fits(g, term) for g in groups))
        return good[term.id]

    for part in lexicon.parts:
        for place, key in enumerate(part.keys.strings.every()):
            if words is not None and not words.issuperset(key.split()):
                continue
            for row in part.keys.rows(place):
                match = part.match(row)
                mark = match.term.id, match.text, match.scope
                if match.scope in _SCOPES and mark not in seen and _usable(match.text):
                    seen.add(mark)
                    match = lexicon.at_home(match, part)
                    if wanted(match.term):
                        yield match


def _usable(name: str) -> bool:
    """Whether a name can be told from any word: not one letter, not a number, not a function word."""
    return len(name) > 1 and not name.isdigit() and (f" {name.lower()} " not in _FUNCTION_WORDS or _abbreviation(name))


def _forms(name: str) -> set[str]:
    """What a name looks like in a smoothed text: singular, in either spelling, with Greek letters as words or signs."""
    base = " ".join(smooth(re.sub(_TAG, "", name) if "<" in name else name).split())
    forms = {base}
    if re.search(_SPELLED, base):
        for american, british in _AMERICAN:
            if british in base:
                forms.add(base.replace(british, american))
            elif american in base:
                forms.add(base.replace(american, british))
    if re.search(_GREEKS, base):
        forms.add(re.sub(_GREEKS, _STRANGE, base))
    if not name.isascii():
        for word, sign in _GREEK.items():
            if sign in name:
                forms.add(" ".join(smooth(name.replace(sign, word)).split()))
    if _abbreviation(name):
        return forms
    singular = {_singular(form) for form in forms}
    return singular | {form[:-1] + "ies" for form in singular if form.endswith("y") and len(form) > 3}


def _singular(form: str) -> str:
    """A form with its last word in the singular."""
    if form[-1:] != "s" or form.endswith(("ss", "us", "is")):
        return form
    last = len(form) - form.rfind(" ") - 1
    if last > 4 and form.endswith("ies"):
        return form[:-3] + "y"
    if last > 4 and form.endswith(("sses", "shes", "ches", "xes")):
        return form[:-2]
    return form[:-1] if last > 3 else form
