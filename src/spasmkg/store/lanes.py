"""What the pool keeps of each sort of request: its workers, who waits for one, and which texts belong there."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spasmkg.store.link import Link
    from spasmkg.store.reply import NoAnswerError

__all__ = ["Known", "Lane"]

_KNOWN = 4096


@dataclass(slots=True, eq=False)
class Lane:
    """The workers for one sort of request, and who waits for one of them."""

    name: str
    size: int
    kept: bool
    """Whether it has all its workers from the start."""
    nice: int
    waiting: int
    slice: float = 0.0
    """Seconds of processor time after which what runs here is heavy; 0 where it is already."""
    idle: list[Link] = field(default_factory=list)
    queue: deque[asyncio.Future[Link]] = field(default_factory=deque)
    links: set[Link] = field(default_factory=set)

    def refuse(self, error: NoAnswerError) -> None:
        """Tell all who wait that they wait for nothing."""
        for future in self.queue:
            if not future.done():
                future.set_exception(error)


class Known(OrderedDict[bytes, None]):
    """The texts that were last found to be of one sort."""

    def add(self, digest: bytes) -> None:
        """Note a text; one without a digest is none."""
        if digest:
            self[digest] = None
            self.move_to_end(digest)
            if len(self) > _KNOWN:
                self.popitem(last=False)

    def discard(self, digest: bytes) -> None:
        """Forget a text."""
        self.pop(digest, None)
