"""Mapping sets in SSSOM/TSV (https://mapping-commons.github.io/sssom/): a header in comments, then one row each.

The header is the part of YAML that SSSOM uses: a value, a list or a map of values for each slot. Slots that the
header gives for all rows (``mapping_tool: …``) count where a row has none of its own, as the standard says.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from spasmkg.errors import DataSyntaxError

__all__ = ["NO_TERM", "PREDICATES", "PROPAGATED", "Header", "Row", "read", "write"]

Header = dict[str, str | list[str] | dict[str, str]]
NO_TERM = "sssom:NoTermFound"
PREDICATES = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch")
"""The predicates from the most precise to the least."""
PROPAGATED = frozenset((
    "mapping_date", "mapping_provider", "mapping_tool", "mapping_tool_version", "object_preprocessing", "object_source",
    "object_source_version", "object_type", "predicate_type", "similarity_measure", "subject_preprocessing",
    "subject_source", "subject_source_version", "subject_type",
))  # fmt: skip
_ORDER = (
    "record_id", "subject_id", "subject_label", "subject_category", "predicate_id", "predicate_label", "predicate_modifier",
    "object_id", "object_label", "object_category", "mapping_justification", "author_id", "author_label", "reviewer_id",
    "reviewer_label", "license", "subject_source", "subject_source_version", "object_source", "object_source_version",
    "mapping_tool", "mapping_tool_version", "mapping_date", "confidence", "match_string", "other", "comment",
)  # fmt: skip
_LINE = r"#\s?(\s*)(?:(-)\s+(.*)|([^\s:][^:]*|\"[^\"]+\"):(?:\s+(.*))?)$"


class Row(NamedTuple):
    """A row: its line in the file, counted from 1, and its filled slots."""

    line: int
    slots: dict[str, str]


def read(
    lines: Iterable[str], name: str = "", wrong: Callable[[int, str], None] | None = None
) -> tuple[Header, Iterator[Row]]:
    """The header and the rows of a mapping set; ``name`` is for messages.

    Raises DataSyntaxError where there is no table with a subject, a predicate and an object; while rows are read, for
    one with more cells than columns, unless ``wrong`` is there to hear of it: then the row is left out.

    >>> header, rows = read(["#license: x", "subject_id\\tpredicate_id\\tobject_id", "a:1\\tskos:exactMatch\\tb:2"])
    >>> header, [(r.line, r.slots["object_id"]) for r in rows]
    ({'license': 'x'}, [(3, 'b:2')])
    """
    stream = iter(lines)
    head: list[str] = []
    first = ""
    for line in stream:
        line = line.removeprefix("\ufeff")
        if line.startswith("#"):
            head.append(line.rstrip("\r\n"))
        elif line.strip():
            first = line
            break
        else:
            head.append("")
    columns = first.rstrip("\r\n").split("\t")
    if not {"subject_id", "predicate_id", "object_id"} <= set(columns):
        missing = sorted({"subject_id", "predicate_id", "object_id"} - set(columns))
        raise DataSyntaxError(f"no SSSOM/TSV table: it lacks {', '.join(missing)}", name, len(head) + 1)
    return _header(head), _rows(stream, columns, len(head) + 2, _header(head), name, wrong)


def _header(lines: Sequence[str]) -> Header:
    found: Header = {}
    key = ""
    for line in lines:
        match = re.match(_LINE, line)
        if not match:
            continue
        indent, dash, item, name, value = match.groups()
        if dash and key:
            held = found.get(key)
            found[key] = [*(held if isinstance(held, list) else []), _scalar(item)]
        elif name and indent and key:
            held = found.get(key)
            found[key] = {**(held if isinstance(held, dict) else {}), _scalar(name): _scalar(value or "")}
        elif name:
            key = _scalar(name)
            found[key] = _scalar(value or "")
    return {k: v for k, v in found.items() if v}


def _scalar(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    return text


def _rows(
    stream: Iterator[str],
    columns: list[str],
    line: int,
    header: Header,
    name: str,
    wrong: Callable[[int, str], None] | None,
) -> Iterator[Row]:
    given = {k: v for k, v in header.items() if k in PROPAGATED and isinstance(v, str)}
    reader = csv.reader(stream, delimiter="\t")
    try:
        for cells in reader:
            number = line + reader.line_num - 1
            if not any(cells):
                continue
            if len(cells) > len(columns):
                if wrong:
                    wrong(number, "more cells than columns")
                    continue
                raise DataSyntaxError(f"{len(cells)} cells in a table of {len(columns)} columns", name, number)
            yield Row(number, {**given, **{c: v for c, v in zip(columns, cells, strict=False) if v}})
    except csv.Error as error:
        raise DataSyntaxError(f"no row of a table: {error}", name, line + reader.line_num - 1) from None


def write(header: Mapping[str, str | Sequence[str] | Mapping[str, str]], rows: Iterable[Mapping[str, str]]) -> str:
    """A mapping set as SSSOM/TSV text, rows sorted, only the columns that are used, in the standard's order.

    >>> write({"license": "x"}, [{"subject_id": "a:1", "predicate_id": "p:q", "object_id": "b:2"}]).splitlines()
    ['#license: x', 'subject_id\\tpredicate_id\\tobject_id', 'a:1\\tp:q\\tb:2']
    """
    out = io.StringIO()
    for key, value in header.items():
        if isinstance(value, str):
            out.write(f"#{key}: {_quoted(value)}\n")
        elif isinstance(value, Mapping):
            out.write(f"#{key}:\n")
            out.writelines(f"#  {k}: {_quoted(v)}\n" for k, v in sorted(value.items()))
        else:
            out.write(f"#{key}:\n")
            out.writelines(f"#  - {_quoted(v)}\n" for v in value)
    listed = list(rows)
    used = {"subject_id", "predicate_id", "object_id"} | {c for row in listed for c, v in row.items() if v}
    columns = [c for c in _ORDER if c in used] + sorted(used - set(_ORDER))
    keys = ("subject_id", "predicate_id", "predicate_modifier", "object_id")
    listed.sort(key=lambda row: [row.get(k, "") for k in keys])
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(c, "") for c in columns] for row in listed)
    return out.getvalue()


def _quoted(text: str) -> str:
    """A YAML scalar, in quotes where it would be read as something else."""
    plain = re.fullmatch(r"[A-Za-z/][\w ./:;,()+'-]*", text) and ": " not in text and not text.endswith(":")
    if plain and text.lower() not in ("true", "false", "yes", "no", "null", "on", "off"):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
