"""Eight relational questions with their evidence, a path, a proof, and a picture."""

from __future__ import annotations

import contextlib
from pathlib import Path

from spasmkg import competency
from spasmkg.cli import follow, proofs
from spasmkg.cli.output import write_bytes
from spasmkg.cli.render import table
from spasmkg.kg import KnowledgeGraph
from spasmkg.model import Evidence
from spasmkg.results import Cell

__all__ = ["STOPS", "tour"]

STOPS: list[tuple[str, dict[str, str], int]] = [
    ("drug-side-effects", {"drug": "baclofen"}, 6),
    ("drug-shared-side-effects", {"drug": "baclofen"}, 6),
    ("depletion-offsets", {"depleter": "diuretics"}, 6),
    ("cause-symptoms", {"cause": "dehydration"}, 6),
    ("condition-cause-tests", {"condition": "tetany"}, 6),
    ("supplement-mechanisms", {"supplement": "magnesium-citrate"}, 6),
    ("procedures-on-triggers", {}, 6),
    ("untreated-by-negation", {"subject": "any"}, 8),
]
"""The questions of the tour: name, parameters, rows shown at most."""
PATH = ("diuretics", "leg cramp")
PROOF = ("magnesium citrate", "offsets depletion by", "diuretics")
PICTURE = "diuretics"


def tour(kg: KnowledgeGraph, picture: str) -> None:
    """Print the tour and write its picture to a file."""
    counts = dict(kg.stats())
    print(
        f"spasmkg holds {counts['claims of the source']:,} claims of one article on {counts['entities']:,} things; every row below says where.\n"
    )
    for number, (name, values, limit) in enumerate(STOPS, 1):
        question = competency.load(name)
        answer = kg.run(name, **values)
        rows = list(answer.rows)
        columns = [i for i, n in enumerate(answer.variables) if not n.startswith("position")]
        shown: list[list[Cell]] = [[row[i] for i in columns] for row in rows[:limit]]
        for cells, found in zip(shown, answer.evidence_for(rows[:limit]), strict=True):
            cells.append(_source(found))
        options = " ".join(f"--{k.replace('_', '-')} {v}" for k, v in values.items())
        print(f"{number}. {question.summary}")
        table([*(answer.variables[i] for i in columns), "source"], shown)
        more = f"showing {limit} of {len(rows)} rows; all of them: " if len(rows) > limit else ""
        print(f"   {more}spasmkg query {name} {options}".rstrip() + "\n")
    number = len(STOPS)
    print(f"{number + 1}. How are {' and '.join(PATH)} connected?")
    ways = kg.paths(*PATH, top=3)
    follow.print_paths(kg, ways)
    print(f"   showing {len(ways)} of {ways.total} paths; as sentences: {_command('related', *PATH)}\n")
    print(f"{number + 2}. Why does the graph say that {PROOF[0]} {PROOF[1]} {PROOF[2]}?")
    write_bytes(proofs.as_text(kg.explain(*PROOF), kg.claim).encode())
    print(f"   the same: {_command('explain', *PROOF)}\n")
    _draw(kg, Path(picture), number + 3)
    print("Next, for example:")
    for line in (
        "spasmkg query                         all questions",
        "spasmkg query drug-side-effects --drug any --evidence",
        "spasmkg search pins and needles       find a thing by any name",
        "spasmkg show baclofen                 everything about it, with the places",
        "spasmkg conflicts                     where the source is at odds with itself",
        'spasmkg sparql "SELECT * { ?drug spasm:hasSideEffect spasm:dizziness }"',
    ):
        print(f"  {line}")
    print("\nNot medical advice: the graph restates one article.")


def _draw(kg: KnowledgeGraph, file: Path, number: int) -> None:
    print(f"{number}. What does it look like?")
    with contextlib.suppress(OSError):  # save() says what is wrong with the place
        file.parent.mkdir(parents=True, exist_ok=True)
    kg.draw(PICTURE).save(file)
    print(f"   a picture of {PICTURE} and what surrounds it: {file}")
    print(f"   the same: {_command('draw', PICTURE)} -o {file}\n")


def _command(*words: str) -> str:
    import shlex

    return f"spasmkg {shlex.join(words)}"


def _source(found: Evidence) -> str:
    seen: dict[str, None] = {}
    for claim in found:
        hedge = f" “{claim.hedge}”" if claim.hedge else ""
        seen[f"§ {claim.place} {claim.certainty}{hedge}"] = None
    lines = list(seen)[:3] + (["…"] if len(seen) > 3 else [])
    return "\n".join([*lines, *found.beside()])
