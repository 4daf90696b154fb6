"""The ATC classification as a table of codes and names, one row for each code and defined daily dose.

The code of a class begins the codes of what belongs to it, so the hierarchy is in the codes. Doses are not taken up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spasmkg.errors import DataSyntaxError
from spasmkg.vocabularies.rows import Names, columns, quoted, term
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["choose", "fits", "prefix", "read"]

UNIT = "rows"
_LEVELS = {
    1: (0, "anatomical main group"), 3: (1, "therapeutic subgroup"), 4: (3, "pharmacological subgroup"),
    5: (4, "chemical subgroup"), 7: (5, "chemical substance"),
}  # fmt: skip
"""By the length of a code: how much of it is the code above it, and what its level is called."""
_NAMES = re.compile(r'"?atc[_ ]?code"?([,;\t])"?(?:atc[_ ]?)?(?:name|level[_ ]name)"?', re.IGNORECASE)


def _head(head: bytes) -> re.Match[str] | None:
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
    return _NAMES.match(text)


def fits(source: Source, head: bytes) -> bool:
    """Whether the first columns are ATC codes and names."""
    return source.stem.endswith((".csv", ".tsv", ".txt")) and _head(head[: len(head) // 2 * 2]) is not None


def choose(sources: Sequence[Source]) -> list[Source]:
    """The one table. Raises DataSyntaxError where there are two."""
    if len(sources) > 1:
        raise DataSyntaxError(f"the same as {sources[1].name} of another date; name one", sources[0].name)
    return list(sources)


def prefix(_: Sequence[Source]) -> str:
    """``atc``."""
    return "atc"


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of the table."""
    (source,) = sources
    release.title = "Anatomical Therapeutic Chemical Classification"
    if date := re.search(r"\d{4}-\d\d-\d\d|(?:19|20)\d\d", source.stem):
        release.version = date[0]
    found = _head(source.head())
    separator = found[1] if found else ","
    names = Names()
    rows = quoted(source, ledger, separator)
    for number, (code, name) in columns(_renamed(rows), source, ("code", "name")):
        identifier = term(code, default, ledger, number, source.name)
        if not identifier:
            continue
        if not name.strip():
            ledger.skip("no name", number, source.name)
            continue
        ledger.keep()
        if field := names.field(identifier, name.strip()):
            yield Statement(identifier, field, name.strip())
        if field == "label":
            local = identifier.partition(":")[2]
            above, level = _LEVELS[len(local)]
            yield Statement(identifier, "kind", level)
            if above:
                yield Statement(identifier, "parent", f"{default}:{local[:above]}")


def _renamed(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The rows with the first two columns called ``code`` and ``name``."""
    first = next(rows, None)
    if first:
        yield first[0], ["code", "name", *first[1][2:]]
        yield from rows
