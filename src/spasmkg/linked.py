"""The part of the facade that knows the vocabularies outside: linking, mentions in text, identifiers for a string."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from spasmkg.errors import UsageError
from spasmkg.walking import Walking

if TYPE_CHECKING:
    from pathlib import Path

    from spasmkg.linking.annotate import Mention
    from spasmkg.linking.deciding import Proposal
    from spasmkg.linking.ground import Grounding
    from spasmkg.linking.lexicon import Lexicon
    from spasmkg.linking.linker import Linker, Thing
    from spasmkg.model import Hit

__all__ = ["Linked"]

_NOTHING = "no vocabulary is loaded to link to; load one that you have with: spasmkg vocab add FILE"


class Linked(Walking):
    """What a KnowledgeGraph knows of other names for its things."""

    tell: Callable[[str], None] = staticmethod(lambda _: None)
    """Hears of work that is done once and kept, such as indexing a vocabulary."""

    @cached_property
    def lexicon(self) -> Lexicon:
        """The names of our entities and of the loaded vocabularies; see :mod:`spasmkg.linking.lexicon`."""
        from spasmkg.linking.lexicon import Lexicon

        return Lexicon.of(self.store, self.tell)

    @cached_property
    def linker(self) -> Linker:
        """What proposes mappings; see :mod:`spasmkg.linking.linker`."""
        from spasmkg.linking.curated import Curated
        from spasmkg.linking.linker import Linker

        return Linker(self.lexicon, Curated(self.lexicon.own), self.tell)

    def link(self, *names: str, vocabularies: Sequence[str] = (), min_confidence: float = 0.5) -> list[Proposal]:
        """Proposed mappings of entities, or of all, into the loaded vocabularies, with predicate, confidence, reasons.

        At most one proposal for an entity and a vocabulary is an exact match. What the mapping sets deny is never
        proposed; what they hold already is marked as curated. Raises UsageError where no vocabulary is loaded,
        NotFoundError for an unknown entity or vocabulary.
        """
        if not self.lexicon.vocabularies:
            raise UsageError(_NOTHING)
        from spasmkg.linking.reading import curie

        allowed = self.linker.vocabularies(vocabularies)
        things = [self.linker.entity(curie(self.resolve(n))) for n in names] or self.linker.entities()
        return [p for thing in things for p in self.linker.propose(thing, allowed, min_confidence)]

    def search_terms(self, text: str, vocabularies: str | Sequence[str], limit: int = 20) -> list[Hit]:
        """Terms of loaded vocabularies that fit a text, best first, each with why: by name, nearly so, or by words.

        Raises NotFoundError for a vocabulary that is not loaded.
        """
        from spasmkg.linking.searching import search

        names = [vocabularies] if isinstance(vocabularies, str) else vocabularies
        return search(self.store, self.linker, text, names, limit)

    def link_labels(
        self,
        labels: Iterable[str | Thing] | Path,
        *,
        kind: str = "",
        vocabularies: Sequence[str] = (),
        min_confidence: float = 0.5,
    ) -> Iterator[Proposal]:
        """Proposed mappings of labels, or of a file of labels, to our entities and the loaded vocabularies.

        A label that names one of our entities inherits its curated mappings; a misspelt one is linked to the names
        nearest to it.

        >>> import spasmkg
        >>> found = spasmkg.open().link_labels(["charley horses"])
        >>> [p.term.id for p in found if p.term.vocabulary in ("spasm", "mesh")]
        ['spasm:muscle-cramp', 'mesh:D009120']
        """
        from pathlib import Path

        from spasmkg.linking.labels import Labels
        from spasmkg.linking.linker import Thing
        from spasmkg.linking.reading import OWN

        _known_kind(kind)
        allowed = self.linker.vocabularies(vocabularies) | ({OWN} if not vocabularies else set())
        given: Iterable[Thing] = (
            Labels(labels)
            if isinstance(labels, Path)
            else (Thing(f"row:{i}", x, kind) if isinstance(x, str) else x for i, x in enumerate(labels, 1))
        )
        for thing in given:
            yield from self.linker.propose(thing, allowed, min_confidence, fuzzy=True)

    def annotate(self, text: str, *, vocabularies: Sequence[str] = (), kinds: Sequence[str] = ()) -> Sequence[Mention]:
        """The mentions of our entities and of terms of the loaded vocabularies in a text, with offsets.

        ``kinds`` narrows them to kinds of ours, such as ``Drug``. Negation is not judged: "no cramps" mentions cramps.
        For many texts make one :class:`spasmkg.linking.annotate.Annotator` of ``kg.lexicon`` and use it for all.

        >>> import spasmkg
        >>> [(m.start, m.end, m.text, m.matches[0].term.id) for m in spasmkg.open().annotate("Baclofen for leg cramps.")]
        [(0, 8, 'Baclofen', 'spasm:baclofen'), (13, 23, 'leg cramps', 'spasm:leg-cramp')]
        """
        from spasmkg.linking.annotate import Annotator

        groups = [_known_kind(k) for k in kinds]
        allowed = self.linker.vocabularies(vocabularies) if vocabularies else ()
        return Annotator(self.lexicon, allowed, groups, text).annotate(text)

    def ground(
        self, text: str, *, kind: str = "", vocabularies: Sequence[str] = (), limit: int = 10
    ) -> list[Grounding]:
        """The best identifiers for a string, with reasons, and the identifiers of the same thing elsewhere.

        >>> import spasmkg
        >>> best = spasmkg.open().ground("charley horse")[0]
        >>> best.term.id, best.confidence, "mesh:D009120" in best.elsewhere
        ('spasm:muscle-cramp', 0.9, True)
        """
        from spasmkg.linking.ground import ground

        _known_kind(kind)
        allowed = self.linker.vocabularies(vocabularies) if vocabularies else ()
        return ground(self.linker, text, kind, allowed, limit)


def _known_kind(kind: str) -> str:
    """The group of a kind; raises UsageError for a word that is no kind with names elsewhere."""
    from spasmkg.linking.kinds import GROUP_OF_KIND, group_of

    group = group_of(kind)
    if kind and not group:
        raise UsageError(f'"{kind}" is no kind that is linked; kinds are {", ".join(sorted(GROUP_OF_KIND))}')
    return group
