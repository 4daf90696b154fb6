"""The tags of the questions in plain words: a label for the page, and a sentence where the label alone says too little.

Tags stay as they are in addresses, in the interface and on the command line; people read labels.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spasmkg.competency import Question
    from spasmkg.web.views.told import Told

__all__ = ["NEEDS", "held", "label", "meaning", "told"]

NEEDS = "needs-"
"""How the tags begin that say which vocabulary a question needs."""

_LABELS: dict[str, tuple[str, str]] = {
    "aggregation": ("counts", "the answer counts, or ranks by a count"),
    "aspects": ("aims and benefits", "what the source gives as purpose, function, mechanism or benefit"),
    "cargo": ("what is carried", "what the agent of a therapy carries or releases"),
    "certainty": ("how sure", "how firmly the source says it"),
    "claims": ("statements", "single statements of the source, as they stand there"),
    "classes": ("classes", "the broader classes to which things belong"),
    "conflict": ("contradictions", "where the source says things that do not go together"),
    "curation": ("added by curators", "what no words of the source state"),
    "deficiency": ("lack of nutrients", "the lack of a nutrient or mineral"),
    "depletion": ("loss of nutrients", "what uses up a nutrient or mineral"),
    "derived": ("calculated", "figures worked out from the doses that the source states"),
    "distance": ("number of steps", "how many steps lie between two things"),
    "facts": ("facts by arrangement", "what the source says by its lists and headings, not in a sentence"),
    "faq": ("questions and answers", "the questions and answers at the end of the source"),
    "federated": ("other servers", "asks a server elsewhere"),
    "gap": ("left open", "what the source leaves open, such as a drug without a dose"),
    "groupings": ("groups by curators", "groups under which the curators put things"),
    "groups": ("groups in lists", "the groups into which a list of the source is divided"),
    "headings": ("read with the heading", "statements that need the heading above them"),
    "hedges": ("cautious words", "words such as may, often or rarely"),
    "hierarchy": ("kinds and classes", "what is a kind of what"),
    "inference": ("what follows", "stated nowhere as such: it follows from statements, with a proof"),
    "join": ("several statements", "the answer puts several statements together"),
    "lookup": ("one statement", "each row of the answer restates one thing that the source says"),
    "loops": ("circles", "what leads back to itself"),
    "mapping": ("other vocabularies", "terms of vocabularies such as MeSH or HPO"),
    "negation": ("missing or denied", "what the source denies, or does not state"),
    "numeric": ("figures", "doses, amounts and times are compared"),
    "offsets": ("places in the text", "where in the text the words stand"),
    "opposition": ("opposite effects", "what moves something the other way"),
    "path": ("chains of steps", "what leads to what, over several steps"),
    "populations": ("groups of people", "such as older people, or pregnant women"),
    "proofs": ("proofs", "which statements an inferred link rests on"),
    "provenance": ("where it says so", "the places in the source that state something"),
    "relations": ("relations", "ways in which things are linked, such as causes or treats"),
    "roles": ("roles", "what something is for others, such as a cause or a preventive"),
    "siblings": ("same class", "other things under the same class"),
    "sites": ("body sites", ""),
    "spans": ("word by word", "statements in the order of the words that state them"),
    "statuses": ("standing", "such as experimental, or first choice"),
    "targets": ("what is acted on", "the body part, process or quality on which something acts"),
}  # fmt: skip


def label(tag: str) -> str:
    """A tag as people read it.

    >>> label("gap"), label("side-effects"), label("needs-MONDO"), label("needs-any")
    ('left open', 'side effects', 'needs MONDO', 'needs a vocabulary')
    """
    if tag.startswith(NEEDS):
        named = tag.removeprefix(NEEDS)
        return "needs a vocabulary" if named == "any" else f"needs {named}"
    return _LABELS[tag][0] if tag in _LABELS else tag.replace("-", " ")


def meaning(tag: str) -> str:
    """What questions of a tag ask, and the tag itself where the label differs from it; "" where the label says all.

    >>> meaning("gap"), meaning("drugs")
    ('What the source leaves open, such as a drug without a dose (tag: gap)', '')
    """
    said = _LABELS.get(tag, ("", ""))[1]
    own = "" if label(tag) == tag.replace("-", " ") else f"(tag: {tag})"
    return " ".join(w for w in (said[:1].upper() + said[1:], own) if w)


def told(tag: str, href: str) -> Told:
    """A tag as the templates take it."""
    return {"name": tag, "label": label(tag), "meaning": meaning(tag), "href": href}


@lru_cache(maxsize=1000)
def held(question: Question) -> str:
    """The words by which a question is found, each once: the page and the interface find it by the same ones."""
    tags = " ".join(f"{t} {label(t)}" for t in question.tags)
    said = f"{question.name} {question.summary} {question.description} {tags}"
    return " ".join(dict.fromkeys(said.lower().split()))
