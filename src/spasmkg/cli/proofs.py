"""Proofs as a person reads them (text, Markdown) and as data (JSON)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from spasmkg import records
from spasmkg.cli.output import clean, folded
from spasmkg.explain import Explanation, Proof, in_words
from spasmkg.model import Claim

__all__ = ["as_json", "as_markdown", "as_text"]

_CITED = 3
"""How many claims of one leaf are written out; JSON has all."""

Lookup = Callable[[str], Claim]
"""A claim by its IRI."""


def as_text(why: Explanation, claim: Lookup) -> str:
    """A heading, then each proof as a tree whose leaves have their places."""
    lines = [f"{why.sentence}: {why.status}"]
    if why.ground:
        lines += [folded(cited.strip(), "  ", "    ") for cited in _citations(why.ground, claim)]
    for number, proof in enumerate(why.proofs, 1):
        lines += [
            "",
            folded(f"{number}. {proof.about}: {proof.because}", rest="   "),
            *_branches(proof, why, claim, "   "),
        ]
    return clean("\n".join(lines)) + "\n"


def _branches(proof: Proof, why: Explanation, claim: Lookup, indent: str) -> Iterator[str]:
    for i, premise in enumerate(proof.premises):
        last = i == len(proof.premises) - 1
        end, says = in_words(premise, why.labels)
        deeper = indent + ("   " if last else "│  ")
        yield folded(says, f"{indent}{'└─' if last else '├─'} ", deeper)
        if end.rule:
            yield folded(f"because {end.because}", deeper, deeper)
            yield from _branches(end, why, claim, deeper)
        else:
            for cited in _citations(end, claim):
                start = deeper + " " * (len(cited) - len(cited.lstrip()))
                yield folded(cited.strip(), start, start + "  ")


def _citations(leaf: Proof, claim: Lookup) -> Iterator[str]:
    for found in leaf.claims[:_CITED]:
        yield found.cite()
        yield from (f"  {claim(origin).cite()}" for origin in found.derived_from)
    if len(leaf.claims) > _CITED:
        yield f"and {len(leaf.claims) - _CITED} more claims"
    if not leaf.claims:
        yield leaf.place or "given by the ontology files"


def as_markdown(why: Explanation, claim: Lookup) -> str:
    """The same as a list with sub-lists."""

    def branches(proof: Proof, indent: str) -> Iterator[str]:
        for premise in proof.premises:
            end, says = in_words(premise, why.labels)
            if end.rule:
                yield f"{indent}- {_plain(says)}, because {_plain(end.because)}"
                yield from branches(end, indent + "  ")
            else:
                yield f"{indent}- {_plain(says)}. " + _plain("; ".join(c.strip() for c in _citations(end, claim)))

    lines = [f"**{_plain(why.sentence)}** ({why.status})", ""]
    if why.ground:
        lines += [f"- {_plain(cited.strip())}" for cited in _citations(why.ground, claim)]
    for number, proof in enumerate(why.proofs, 1):
        start = f"{number}. "
        lines += [f"{start}{proof.about}: {_plain(proof.because)}", *branches(proof, " " * len(start))]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    escaped = clean(text)
    for mark in "\\`*_<[":
        escaped = escaped.replace(mark, "\\" + mark)
    return escaped


def as_json(why: Explanation) -> str:
    """The trees as data, with every claim."""
    return json.dumps(records.explanation(why), ensure_ascii=False, indent=2)
