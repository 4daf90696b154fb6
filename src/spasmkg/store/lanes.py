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
    first: float = 0.0
    """Seconds of processor time after which it goes on elsewhere where its place is wanted; 0 for no such rule."""
    spare: int = 0
    """Workers that those who wait leave to those who come."""
    newest_first: bool = False
    idle: list[Link] = field(default_factory=list)
    queue: deque[asyncio.Future[Link]] = field(default_factory=deque)
    links: set[Link] = field(default_factory=set)

    @property
    def share(self) -> float:
        """The seconds of processor time that it gives now."""
        return self.first if self.first and (self.queue or not self.idle) else self.slice

    def serve(self) -> None:
        """Give idle workers to those who wait."""
        while self.queue and len(self.idle) > self.spare:
            future = self.queue.pop() if self.newest_first else self.queue.popleft()
            if not future.done():
                future.set_result(self.idle.pop())

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
