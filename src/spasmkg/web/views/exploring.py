"""What an address of the explorer asks for, and the addresses of what is one step away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from spasmkg.errors import AmbiguousNameError, NotFoundError
from spasmkg.surroundings import FACETS, Wanted, name_of, term_of
from spasmkg.web.address import to

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph

__all__ = ["State", "Trouble"]

_MOST_NAMES = 300
_DEEPEST, _WIDEST = 4, 2000


@dataclass(frozen=True, slots=True)
class Trouble:
    """A name that leads to no thing, with names that may be meant."""

    name: str
    suggestions: tuple[str, ...]
    is_ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """All that an address of the explorer says; things are named as :func:`spasmkg.surroundings.name_of` does."""

    start: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    shut: tuple[str, ...] = ()
    depth: int = 1
    most: int = 0
    inferred: bool = False
    hide: tuple[str, ...] = ()
    ends: tuple[str, str] = ("", "")
    select: str = ""
    view: str = ""

    @classmethod
    def read(cls, kg: KnowledgeGraph, values: Mapping[str, Sequence[str]]) -> tuple[State, list[Trouble]]:
        """The state of an address, and the names in it that nothing is called by."""
        troubles: list[Trouble] = []

        def listed(key: str) -> tuple[str, ...]:
            return tuple(dict.fromkeys(v.strip() for v in values.get(key, ()) if v.strip()))[:_MOST_NAMES]

        def last(key: str) -> str:
            return (listed(key) or ("",))[-1]

        def thing(name: str) -> str:
            iri = term_of(name)
            if iri and iri in kg.graph(inferred=True).numbers:
                return name_of(iri)
            try:
                return name_of(kg.resolve(name[:200]))
            except AmbiguousNameError as error:
                troubles.append(Trouble(name, tuple(error.candidates)[:5], is_ambiguous=True))
            except NotFoundError as error:
                troubles.append(Trouble(name, tuple(error.suggestions)[:5]))
            return ""

        hide = [h for h in listed("hide") if h.partition(":")[0] in FACETS]
        inferred = last("inferred").lower() in ("true", "1", "yes", "on")
        if known := last("known").split():  # the form of filters: what it knows and does not send is hidden
            sent = set(listed("show"))
            hide = [
                *(h for h in hide if h not in known),
                *(k for k in known if k not in sent and k != "layer:inferred"),
            ]
            inferred = "layer:inferred" in sent
        state = cls(
            tuple(dict.fromkeys(n for n in map(thing, listed("start")) if n)),
            tuple(dict.fromkeys(n for n in map(thing, listed("open")) if n)),
            tuple(dict.fromkeys(n for n in map(thing, listed("shut")) if n)),
            _number(last("depth"), 1, _DEEPEST),
            _number(last("most"), 0, _WIDEST),
            inferred,
            tuple(dict.fromkeys(hide)),
            (thing(last("from")) if last("from") else "", thing(last("to")) if last("to") else ""),
            last("select")[:600],
            "list" if last("view") == "list" else "",
        )
        return state, troubles

    @property
    def wanted(self) -> Wanted:
        """What is asked of the graph."""
        starts = self.start or tuple(n for n in self.ends if n and not all(self.ends))
        ends = (term_of(self.ends[0]), term_of(self.ends[1])) if self.is_path else None
        return Wanted(
            tuple(map(term_of, starts)), tuple(map(term_of, self.open)), tuple(map(term_of, self.shut)), self.depth, self.most,
            self.inferred, frozenset((f, v) for f, _, v in (h.partition(":") for h in self.hide)), ends,
        )  # fmt: skip

    @property
    def is_path(self) -> bool:
        """Whether paths between two things are wanted."""
        return all(self.ends) and self.ends[0] != self.ends[1]

    def values(self) -> dict[str, Any]:
        """The parameters of the address; the empty ones are left out by :func:`spasmkg.web.address.to`."""
        return {
            "start": list(self.start), "open": list(self.open), "shut": list(self.shut),
            "depth": self.depth if self.depth > 1 else "", "most": self.most or "", "inferred": "true" if self.inferred else "",
            "hide": list(self.hide), "from": self.ends[0], "to": self.ends[1], "select": self.select, "view": self.view,
        }  # fmt: skip

    def to(self, prefix: str, path: str = "/explore", **more: Any) -> str:
        """Its address."""
        return to(path, prefix, **self.values(), **more)

    def download(self, prefix: str, form: str) -> str:
        """The address of what it shows as a file."""
        part = {name: value for name, value in self.values().items() if name not in ("select", "view")}
        return to("/api/neighbourhood", prefix, **part, format=form)

    def pairs(self, *but: str) -> list[tuple[str, str]]:
        """Its parameters as the hidden fields of a form, without some."""
        found = []
        for name, value in self.values().items():
            if name not in but:
                found += [(name, str(v)) for v in (value if isinstance(value, list) else [value]) if v != ""]
        return found

    # ---- one step away ----

    def toggled(self, name: str) -> State:
        """With a thing expanded, or collapsed where it is expanded."""
        if self.is_open(name):
            shut = (*self.shut, name) if name in self.start else self.shut
            return replace(self, open=tuple(n for n in self.open if n != name), shut=shut)
        shut = tuple(n for n in self.shut if n != name)
        return replace(self, shut=shut, open=self.open if name in self.start else (*self.open, name))

    def is_open(self, name: str) -> bool:
        """Whether a thing is expanded."""
        return name not in self.shut and (
            name in self.start or name in self.open or (not self.start and name in self.ends and not self.is_path)
        )

    def without(self, name: str) -> State:
        """With a thing no longer among those that it starts from."""
        return replace(
            self, start=tuple(n for n in self.start if n != name), shut=tuple(n for n in self.shut if n != name), select=""
        )  # fmt: skip

    def selecting(self, name: str) -> State:
        """With a thing or an edge chosen; "" for none."""
        return replace(self, select=name)

    def picked(self, name: str) -> State:
        """With a thing as one end of a path, the other end where there is one already."""
        if self.ends[0] and not self.ends[1] and self.ends[0] != name:
            return replace(self, ends=(self.ends[0], name), select="")
        return replace(self, ends=(name, ""))

    def unpicked(self) -> State:
        """Without a path; what it started from stays."""
        return replace(self, ends=("", ""), start=self.start or tuple(n for n in self.ends if n))


def _number(text: str, least: int, most: int) -> int:
    return min(most, max(least, int(text))) if text.isascii() and text.isdigit() and len(text) < 6 else least
