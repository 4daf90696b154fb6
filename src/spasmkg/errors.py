"""The errors of spasmkg: one small tree.

::

    SpasmKGError
    ├── NotFoundError (LookupError)            no such entity, query, claim … with suggestions
    │   ├── AmbiguousNameError                 the name fits several entities
    │   ├── DoesNotHoldError                   no such edge or role, with what is known instead
    │   ├── NotLoadedError                     a question asks a vocabulary that was not added
    │   └── NothingToDrawError                 no edges for a picture
    ├── UsageError (ValueError)                a parameter or an option that does not fit
    │   ├── QuerySyntaxError                   SPARQL that cannot be parsed: line, column
    │   ├── MetapathError                      a metapath that cannot be read: column
    │   ├── DataSyntaxError                    a file that cannot be read: file, line
    │   ├── IdentifierError                    an identifier that is none: what is wrong with it
    │   └── RefusedError (PermissionError)     asked for something that is not allowed
    │       └── NotAllowedError                a remote endpoint that the user has not allowed by name
    ├── ServiceError (OSError)                 a remote endpoint that a query joins gave no whole answer
    ├── StoppedError (RuntimeError)            a query that asked for more than it may use
    │   └── OutOfTimeError (TimeoutError)      more time
    ├── StoreError (OSError)                   the store cannot be opened, read or written
    │   └── StoreInUseError                    another process is writing to it
    ├── BuildError (RuntimeError)              the ontology files do not make a graph
    └── MissingExtraError (ImportError)        an optional dependency is not installed

Every error says what happened, where, and what to do next, and carries its data as attributes. No exception of
an engine or a library leaves the package.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "AmbiguousNameError",
    "BuildError",
    "DataSyntaxError",
    "DoesNotHoldError",
    "IdentifierError",
    "MetapathError",
    "MissingExtraError",
    "NotAllowedError",
    "NotFoundError",
    "NotLoadedError",
    "NothingToDrawError",
    "OutOfTimeError",
    "QuerySyntaxError",
    "RefusedError",
    "ServiceError",
    "SpasmKGError",
    "StoppedError",
    "StoreError",
    "StoreInUseError",
    "UsageError",
]


class SpasmKGError(Exception):
    """Root of all errors that this package raises on purpose."""


class NotFoundError(SpasmKGError, LookupError):
    """Nothing has this name.

    >>> print(NotFoundError("drug", "baclofin", ["baclofen"]))
    no drug is called "baclofin"; did you mean baclofen?
    """

    def __init__(self, what: str, name: str, suggestions: Sequence[str] = (), hint: str = "") -> None:
        self.what, self.name, self.suggestions = what, name, tuple(suggestions)
        text = f'no {what} is called "{name}"'
        if suggestions:
            text += f"; did you mean {' or '.join(suggestions)}?"
        elif hint:
            text += f"; {hint}"
        super().__init__(text)


class AmbiguousNameError(NotFoundError):
    """Several entities have this name."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        super().__init__("one entity", name)
        self.candidates = tuple(candidates)
        self.args = (f'"{name}" may be {", ".join(candidates)}; use one of these identifiers',)


class DoesNotHoldError(NotFoundError):
    """An edge or a role that neither is stated nor follows; ``known`` says what is known instead.

    >>> print(DoesNotHoldError("rest treats pain", ["but this holds: rest reduces pain"]))
    neither stated nor inferred: rest treats pain
      but this holds: rest reduces pain
    """

    def __init__(self, sentence: str, known: Sequence[str] = ()) -> None:
        super().__init__("edge or role", sentence)
        self.known = tuple(known)
        rest = self.known or ("see what is known of the first with: spasmkg show ENTITY",)
        self.args = ("\n".join([f"neither stated nor inferred: {sentence}", *(f"  {k}" for k in rest)]),)


class NotLoadedError(NotFoundError):
    """A question asks vocabularies that are not loaded; ``prefixes`` names them.

    >>> print(NotLoadedError("side-effects-under-a-phenotype", ["HP"]))
    "side-effects-under-a-phenotype" asks HP, which is not loaded; load your copy with: spasmkg vocab add FILE --as HP
    """

    def __init__(self, question: str, prefixes: Sequence[str]) -> None:
        super().__init__("loaded vocabulary", ", ".join(prefixes))
        self.question, self.prefixes = question, tuple(prefixes)
        if self.prefixes == ("any",):
            self.args = (f'"{question}" asks a vocabulary, and none is loaded; load one with: spasmkg vocab add FILE',)
            return
        named = " and ".join(self.prefixes)
        verb = "is" if len(self.prefixes) == 1 else "are"
        commands = " and ".join(f"spasmkg vocab add FILE --as {p}" for p in self.prefixes)
        self.args = (f'"{question}" asks {named}, which {verb} not loaded; load your copy with: {commands}',)


class NothingToDrawError(NotFoundError):
    """There are no edges to make a picture of.

    >>> print(NothingToDrawError("spasm:x", "no edge is stated of it"))
    nothing to draw for spasm:x: no edge is stated of it
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__("edge", name)
        self.args = (f"nothing to draw for {name}: {reason}",)


class UsageError(SpasmKGError, ValueError):
    """A value or a combination of values that the call cannot take."""


class QuerySyntaxError(UsageError):
    """SPARQL that cannot be parsed.

    ``line`` and ``column`` count from 1 and are None where the engine gives no place.

    >>> print(QuerySyntaxError("expected a term", "SELECT * { ?s ?p }", 1, 18))
    line 1, column 18: expected a term
      SELECT * { ?s ?p }
                       ^
    """

    def __init__(self, reason: str, query: str, line: int | None = None, column: int | None = None) -> None:
        self.reason, self.query, self.line, self.column = reason, query, line, column
        text = reason
        if line is not None and column is not None:
            lines = query.split("\n")  # as engines count them
            shown = lines[min(line, len(lines)) - 1].rstrip("\r")
            at = min(column, len(shown) + 1)
            if len(shown) > 100:
                cut = max(0, at - 50)
                shown, at = shown[cut : cut + 100], at - cut
            text = f"line {line}, column {column}: {reason}\n  {shown}\n  {' ' * (at - 1)}^"
        super().__init__(text)


class MetapathError(UsageError):
    """A metapath that cannot be read, or names what does not exist; ``position`` counts characters from 0.

    >>> print(MetapathError("expected a kind", "Drug -causes->", 14))
    character 15: expected a kind
      Drug -causes->
                    ^
    """

    def __init__(self, reason: str, metapath: str, position: int, suggestions: Sequence[str] = ()) -> None:
        self.reason, self.metapath, self.position, self.suggestions = reason, metapath, position, tuple(suggestions)
        super().__init__(f"character {position + 1}: {reason}\n  {metapath}\n  {' ' * position}^")


class DataSyntaxError(UsageError):
    """A file that cannot be read; ``source`` names the file, ``line`` counts from 1."""

    def __init__(self, reason: str, source: str, line: int | None = None) -> None:
        self.reason, self.source, self.line = reason, source, line
        super().__init__(f"{source}{f', line {line}' if line else ''}: {reason}")


class IdentifierError(UsageError):
    """An identifier that is damaged, mistyped or of no known vocabulary; ``reason`` says which in few words."""

    def __init__(self, reason: str, text: str) -> None:
        self.reason, self.text = reason, text
        super().__init__(f'"{text[:80]}": {reason}')


class RefusedError(UsageError, PermissionError):
    """Something that is not allowed here, such as a query that reaches for the network."""


class NotAllowedError(RefusedError):
    """A query calls a remote endpoint that the user has not allowed by name, or that cannot be allowed.

    >>> print(NotAllowedError("https://a.example/sparql", "it is not allowed"))
    the query calls https://a.example/sparql: it is not allowed; nothing here may use the network but what is allowed by name
    """

    def __init__(self, endpoint: str, reason: str) -> None:
        self.endpoint, self.reason = endpoint, reason
        super().__init__(
            f"the query calls {endpoint}: {reason}; nothing here may use the network but what is allowed by name"
        )


class ServiceError(SpasmKGError, OSError):
    """A remote endpoint that a query joins gave no whole answer.

    >>> print(str(ServiceError("http://a/sparql", "nothing answers there")).split("; ")[0])
    http://a/sparql failed: nothing answers there
    """

    def __init__(self, endpoint: str, reason: str) -> None:
        self.endpoint, self.reason = endpoint, reason
        super().__init__(
            f"{endpoint} failed: {reason}; try again later, or take what there is without it: "
            '--on-service-failure partial (in Python: on_failure="partial")'
        )


class StoppedError(SpasmKGError, RuntimeError):
    """A query that was stopped, because it needs more memory or nests deeper than is allowed."""


class OutOfTimeError(StoppedError, TimeoutError):
    """A query that was stopped because it took longer than it was given; ``seconds`` says how long that was.

    >>> print(OutOfTimeError(2.5))
    the query was stopped after 2.5 s; give it more time with timeout=, or ask for less
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"the query was stopped after {seconds:g} s; give it more time with timeout=, or ask for less")


class StoreError(SpasmKGError, OSError):
    """The store cannot be opened, read or written; ``path`` says which."""

    def __init__(self, message: str, path: str = "") -> None:
        self.path = path
        super().__init__(message)


class StoreInUseError(StoreError):
    """Another process holds the store for writing."""


class BuildError(SpasmKGError, RuntimeError):
    """The ontology files do not make a sound graph; ``problems`` lists what is wrong."""

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([message, *(f"  {p}" for p in problems)]))


class MissingExtraError(SpasmKGError, ImportError):
    """An optional dependency is needed that is not installed.

    >>> print(MissingExtraError("pandas", "to_pandas()"))
    to_pandas() needs an extra: pip install "spasmkg[pandas]"
    """

    def __init__(self, extra: str, needed_by: str) -> None:
        self.extra = extra
        super().__init__(f'{needed_by} needs an extra: pip install "spasmkg[{extra}]"')
