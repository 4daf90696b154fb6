"""The part of the facade that knows what things are called."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from spasmkg.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spasmkg.catalogue import Vocabulary
    from spasmkg.codes import Match
    from spasmkg.mappings import Mapping
    from spasmkg.model import Claim
    from spasmkg.search import Index

__all__ = ["Naming"]


class Naming:
    """A store, the hash of its dataset, and the names of what is in it."""

    def __init__(self, store: Store, dataset: str = "", index_path: str | None = None) -> None:
        self.store, self.dataset, self._index_path = store, dataset, index_path

    @cached_property
    def index(self) -> Index:
        """The search index."""
        from spasmkg.search import Index

        return Index(self._index_path) if self._index_path else Index.of(self.store)

    def resolve(self, name: str) -> str:
        """The IRI that a slug, CURIE, IRI, label or synonym names, or an outside identifier that is mapped to it.

        Raises NotFoundError with suggestions, AmbiguousNameError with the candidates.

        >>> import spasmkg
        >>> spasmkg.open().resolve("Charley horse"), spasmkg.open().resolve("SCTID:55300003")
        ('https://w3id.org/spasmkg/muscle-cramp', 'https://w3id.org/spasmkg/muscle-cramp')
        """
        from spasmkg import names

        return names.entity(self.store, lambda: self.index, name)

    def predicate(self, name: str) -> str:
        """The IRI of a predicate, by name, CURIE, IRI or label."""
        from spasmkg import names

        return names.predicate(self.store, name)

    def item(self, name: str) -> str:
        """The IRI of an item, by its short name (``drugs-1``), CURIE or IRI."""
        from spasmkg import names

        return names.item(self.store, name)

    def kind(self, name: str) -> str:
        """The IRI of a kind or role, by name, CURIE, IRI or label."""
        from spasmkg import names

        return names.kind(self.store, name)

    def mappings(self, name: str = "") -> list[Mapping]:
        """The mappings of an entity to outside vocabularies, the most precise first, or those of all entities.

        Rows that deny a mapping (``negated``) and rows that record that there is no term are among them.

        >>> import spasmkg
        >>> [m.curie for m in spasmkg.open().mappings("muscle cramp") if m.precision == "exact"][:2]
        ['mesh:D009120', 'NCIT:C34827']
        """
        from spasmkg import mappings

        return mappings.of_entities(self.store, [self.resolve(name)] if name else [])

    def mapping(self, name: str) -> Mapping:
        """One row of a mapping set, by its identifier.

        >>> import spasmkg
        >>> spasmkg.open().mapping("mapping:tetany/HP:0001281").label
        'Tetany'
        """
        from spasmkg import names

        return names.mapping(self.store, name)

    def codes(
        self, values: Iterable[object], vocabulary: str = "", at_least: str = "narrower", *, direct: bool = False
    ) -> list[Match]:
        """The entities that the codes of your data lead to: at least one match for each code, in the order given.

        ``vocabulary`` says of which vocabulary codes without a prefix are. A code counts where it is exact, close or
        narrower than the entity, or at least as precise as ``at_least``; ``direct`` looks at nothing above it. A code
        that leads nowhere has a match without an entity, whose ``reason`` says what is wrong.

        >>> import spasmkg
        >>> for found in spasmkg.open().codes([55300003, "55300004", "5.53E+07"], "snomedct"):
        ...     print(found.text, found.precision or "-", found.entity_label or found.reason)
        55300003 exact muscle cramp
        55300004 - wrong check digit
        5.53E+07 - a number that a spreadsheet has damaged
        """
        from spasmkg.codes import match, vocabulary_of

        prefix = vocabulary_of(vocabulary) if vocabulary else ""
        pairs = [("" if value is None else str(value), prefix) for value in values]
        return [found for matches in match(self.store, pairs, at_least, direct=direct) for found in matches]

    def vocabularies(self) -> list[Vocabulary]:
        """The vocabularies that were added with ``spasmkg vocab add``."""
        from spasmkg.catalogue import vocabularies

        return vocabularies(self.store)

    def claim(self, name: str) -> Claim:
        """One claim, by CURIE (``claim:drugs-1-9``), short name or IRI."""
        from spasmkg import names

        return names.claim(self.store, name)
