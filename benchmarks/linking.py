"""How well the linker does against the curated mapping sets: ``python -m benchmarks.linking --store DIR``.

DIR is a graph with vocabularies loaded (``spasmkg vocab add FILE --store DIR``). Every entity is linked as if nothing
had been curated on it; the rows on other entities stay. Counted is, by vocabulary and by kind, over what is loaded:

- ``exact``: exact counterparts that the curators found and the loaded files hold;
- ``recall``: the share of them that is the linker's first proposal in the vocabulary;
- ``as exact``: the share of them that is proposed as an exact match;
- ``precision``: the share of first proposals that the curators tied to the entity too, by any predicate;
- ``strict``: the share of proposed exact matches that the curators hold for exact too;
- ``predicate``: the share of the proposals known to the curators that has their predicate.

Beside it stands plain matching: the terms whose label is the entity's label.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import spasmkg
from spasmkg.folding import fold
from spasmkg.kg import KnowledgeGraph
from spasmkg.linking.curated import Curated, Tie
from spasmkg.linking.deciding import Proposal
from spasmkg.linking.linker import MINIMUM, Linker, Thing

Case = tuple[str, str, str, str, str, str, str]
"""vocabulary, entity, what is the matter, the curators' terms, the linker's, its predicate, why"""


@dataclass(slots=True)
class Score:
    """Counts for a vocabulary or a kind."""

    counts: Counter[str] = field(default_factory=Counter)

    def share(self, part: str, whole: str) -> str:
        """A share with two decimals; a dash of nothing."""
        return f"{self.counts[part] / self.counts[whole]:.2f}" if self.counts[whole] else "–"

    def line(self, name: str) -> str:
        """The figures on one line."""
        shares = [
            ("found", "exact"),
            ("as exact", "exact"),
            ("tied", "first"),
            ("right", "proposed"),
            ("same", "known"),
        ]
        plain = [("plain found", "exact"), ("plain right", "plain")]
        cells = [f"{self.counts['exact']:6}", *(f"{self.share(a, b):>9}" for a, b in (*shares, *plain))]
        return f"{name:18}" + "".join(cells)


HEAD = f"{'':18} exact   recall as exact precision  strict predicate | plain recall, precision"


def measure(kg: KnowledgeGraph, minimum: float = MINIMUM) -> tuple[dict[str, Score], dict[str, Score], list[Case]]:
    """(scores by vocabulary, scores by kind, what went wrong)."""
    curated = Curated(kg.lexicon.own)
    by_vocabulary: dict[str, Score] = defaultdict(Score)
    by_kind: dict[str, Score] = defaultdict(Score)
    cases: list[Case] = []
    allowed = kg.linker.vocabularies()
    for thing in kg.linker.entities():
        ties, denied = curated.ties(thing.id), curated.denied(thing.id)
        linker = Linker(kg.lexicon, curated.without([thing.id]))
        proposals = linker.propose(thing, allowed, minimum)
        plain = plainly(linker, thing)
        for vocabulary in sorted({t.partition(":")[0] for t in (*ties, *denied)}, key=str.lower):
            here = {t: tie for t, tie in ties.items() if t.partition(":")[0] == vocabulary}
            counted, wrong = one(
                linker, here, [p for p in proposals if p.term.vocabulary == vocabulary], plain, vocabulary
            )
            by_vocabulary[vocabulary].counts += counted
            by_kind[thing.kind].counts += counted
            cases += [(vocabulary, thing.id, *w) for w in wrong]
    return dict(by_vocabulary), dict(by_kind), cases


def one(
    linker: Linker, ties: dict[str, Tie], proposals: list[Proposal], plain: set[str], vocabulary: str
) -> tuple[Counter[str], list[tuple[str, str, str, str, str]]]:
    """The counts for one entity and vocabulary, and what went wrong there."""
    exact = {t for t, tie in ties.items() if tie.predicate == "exact" and exists(linker, t)}
    first, same = proposals[:1], [p for p in proposals if p.predicate == "exact"]
    known = [p for p in proposals if p.term.id in ties]
    plainly_here = {t for t in plain if t.partition(":")[0] == vocabulary}
    counts = Counter({
        "exact": len(exact),
        "found": len(exact & {p.term.id for p in first}),
        "as exact": len(exact & {p.term.id for p in same}),
        "first": len(first),
        "tied": sum(p.term.id in ties for p in first),
        "proposed": len(same),
        "right": sum(p.term.id in exact for p in same),
        "known": len(known),
        "same": sum(ties[p.term.id].predicate == p.predicate for p in known),
        "plain": len(plainly_here),
        "plain found": len(plainly_here & exact),
        "plain right": len(plainly_here & exact),
    })  # fmt: skip
    curators = " ".join(f"{t}({tie.predicate})" for t, tie in ties.items()) or "none"
    wrong = [
        ("wrong", curators, p.term.id, p.predicate, f"{p.term.label}: {p.why}") for p in same if p.term.id not in exact
    ]
    proposed = {p.term.id: p.predicate for p in proposals}
    wrong += [
        ("missed", t, "", proposed.get(t, "not proposed"), ties[t].label)
        for t in sorted(exact - {p.term.id for p in same})
    ]
    return counts, wrong


def exists(linker: Linker, term: str) -> bool:
    """Whether the loaded files hold a term: with a label, or tied to one that has."""
    return linker.lexicon.term(term) is not None or bool(linker.lexicon.ties(term))


def plainly(linker: Linker, thing: Thing) -> set[str]:
    """The terms in use whose label is the thing's, folded."""
    matches = linker.lexicon.find(fold(thing.label))
    return {m.term.id for m in matches if m.scope == "label" and not m.term.obsolete and m.term.id != thing.id}


def table(title: str, scores: dict[str, Score]) -> Iterator[str]:
    """A table of scores with their sum."""
    yield f"\n{title}\n{HEAD}"
    for name, score in sorted(scores.items(), key=lambda item: item[0].lower()):
        if score.counts["first"] or score.counts["exact"]:
            yield score.line(name)
    yield Score(sum((s.counts for s in scores.values()), Counter())).line("all")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linking", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--store", metavar="DIR", help="the graph with the vocabularies; by default your own")
    parser.add_argument("--min-confidence", type=float, default=MINIMUM, metavar="N")
    parser.add_argument("--cases", metavar="FILE", help="write what went wrong to this file, tab-separated")
    options = parser.parse_args()
    kg = spasmkg.open(options.store)
    if not kg.lexicon.vocabularies:
        print("no vocabulary is loaded; load some with: spasmkg vocab add FILE [--store DIR]", file=sys.stderr)
        return 1
    by_vocabulary, by_kind, cases = measure(kg, options.min_confidence)
    for line in (*table("by vocabulary", by_vocabulary), *table("by kind", by_kind)):
        print(line)
    if options.cases:
        head = "vocabulary\tentity\tproblem\tcurators\tlinker\tpredicate\twhy\n"
        Path(options.cases).write_text(head + "".join("\t".join(c) + "\n" for c in sorted(cases)), encoding="utf-8")
        print(f"\n{len(cases)} cases in {options.cases}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
