"""Write ``tests/formats/biolink-terms.json``: what the tests need to know of the Biolink model, taken from its own file.

``python tests/formats/biolink_terms.py biolink-model.yaml`` (needs PyYAML) takes the categories and predicates that the
mapping set to Biolink names, with all above them, the slots of an association, and two lists of values. Biolink is
under CC0.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

__all__ = ["FILE", "terms"]

FILE = Path(__file__).with_name("biolink-terms.json")


def curie(name: str, *, category: bool) -> str:
    """The CURIE of a name of the model, such as ``biolink:NamedThing`` or ``biolink:related_to``."""
    if not category:
        return "biolink:" + name.replace(" ", "_")
    return "biolink:" + "".join(word[:1].upper() + word[1:] for word in name.split())


def terms(model: dict[str, Any], wanted: set[str]) -> dict[str, Any]:
    """The extract: of every wanted term and each above it its parent, its traits, and the ends of a predicate."""
    found: dict[str, Any] = {"version": model["version"]}
    for section, category in (("classes", True), ("slots", False)):
        known = {curie(name, category=category): (name, facts or {}) for name, facts in model[section].items()}
        kept: dict[str, Any] = {}
        for term in sorted(wanted & set(known)):
            here: str | None = term
            while here and here not in kept:
                _, facts = known[here]
                above = facts.get("is_a")
                traits = [t for t in ("mixin", "abstract", "deprecated") if facts.get(t)]
                kept[here] = {"parent": curie(above, category=category) if above else None, "traits": traits}
                kept[here] |= {end: curie(facts[end], category=True) for end in ("domain", "range") if end in facts}
                here = kept[here]["parent"]
        found["categories" if category else "predicates"] = dict(sorted(kept.items()))
    found["association"] = sorted(curie(s, category=False)[8:] for s in _slots(model, "association"))
    found["node"] = sorted(curie(s, category=False)[8:] for s in _slots(model, "named thing"))
    found["qualifiers"] = {
        q: bool(model["slots"][q.replace("_", " ")].get("multivalued"))
        for q in ("anatomical_context_qualifier", "population_context_qualifier")
    }
    for name in ("KnowledgeLevelEnum", "AgentTypeEnum"):
        found[name] = sorted(model["enums"][name]["permissible_values"])
    return found


def _slots(model: dict[str, Any], name: str) -> set[str]:
    facts = model["classes"][name]
    above = _slots(model, facts["is_a"]) if "is_a" in facts else set()
    return above | set(facts.get("slots", ()))


def _named() -> set[str]:
    """Every term of Biolink that an ontology file or a mapping set names."""
    root = Path(__file__).parents[2] / "ontology"
    texts = [p.read_text(encoding="utf-8") for p in [*root.glob("*.ttl"), *root.glob("mappings/*biolink*.tsv")]]
    return {term for text in texts for term in re.findall(r"biolink:\w+", text)} | {"biolink:related_to"}


if __name__ == "__main__":
    import yaml

    model = yaml.safe_load(Path(sys.argv[1]).read_text(encoding="utf-8"))
    lines = re.sub(r"\n {2,}(?=[\]}])|(?<=[\[{,])\n {3,}", " ", json.dumps(terms(model, _named()), indent=1))
    FILE.write_text(lines + "\n", encoding="utf-8")
