"""A typed parameter of the REST interface: what it takes, and the check of what comes in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from spasmkg.web.exchange import ProblemError

__all__ = ["Parameter"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its name, what it takes, and how it is described.

    ``kind`` is ``string``, ``integer``, ``number`` or ``boolean``. With ``many`` it may be given several times;
    ``lifted`` is a word that stands for no restriction.
    """

    name: str
    kind: str
    description: str
    required: bool = False
    many: bool = False
    lifted: str = ""
    default: Any = None
    choices: tuple[str, ...] = ()
    members: str = ""
    """The kind whose members are its values, where they are few and known."""
    format: str = ""
    examples: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    in_path: bool = False

    def value(self, text: str) -> Any:
        """A value as it was sent, checked. Raises ProblemError."""
        if self.lifted and text == self.lifted:
            return text
        if not text.strip():
            raise self._wrong("is empty")
        if self.choices and text not in self.choices:
            raise self._wrong(f'takes {", ".join(self.choices)}, not "{text[:80]}"', choices=list(self.choices))
        if self.kind == "boolean":
            if text.lower() not in _TRUTH:
                raise self._wrong(f'takes true or false, not "{text[:80]}"')
            return _TRUTH[text.lower()]
        if self.kind == "integer":
            return self._integer(text)
        if self.kind == "number":
            if not re.fullmatch(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})", text, re.ASCII):
                raise self._wrong(f'takes a number, not "{text[:80]}"')
            return text
        if "\x00" in text:
            raise self._wrong("holds a NUL character")
        return text

    def _integer(self, text: str) -> int:
        if not re.fullmatch(r"[+-]?\d{1,15}", text, re.ASCII):
            raise self._wrong(f'takes a whole number, not "{text[:80]}"')
        number = int(text)
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            bounds = f"from {self.least:,}" + (f" to {self.most:,}" if self.most is not None else "")
            raise self._wrong(f"takes a whole number {bounds}, not {number:,}")
        return number

    def _wrong(self, reason: str, **more: Any) -> ProblemError:
        return ProblemError(400, "wrong-parameter", f"the parameter {self.name} {reason}", parameter=self.name, **more)


_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
