"""RDF files on their way to a parser: which syntax they are in, and their bytes as UTF-8 without a DOCTYPE.

A DOCTYPE can define entities that unpack to any size or name files to read, so XML with one is refused before any of
it is parsed. The engine would take one anywhere in a document and in small letters too; so what is looked at is
exactly what the engine gets: decoded here by the encoding that the file really has, and handed on as UTF-8.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO

from spasmkg.errors import DataSyntaxError, RefusedError
from spasmkg.vocabularies.sources import Source

__all__ = ["chunks", "root", "syntax", "text_of"]

_SIZE = 1 << 18
_ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "iso8859-1", "iso8859-15", "cp1252")
_FIRST = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<![Dd].*?(?:\[.*?\]\s*)?>\s*)*"
    r"<([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)[\s/>]",
    re.DOTALL,
)
_DECLARED = re.compile(r"^\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]+)[\"'][^>]*\?>")
_DECLARATION = re.compile(rb"\s*<\?xml\b[^>]*\?>")
_DOCTYPE = re.compile(rb"<!doctype", re.IGNORECASE)
_PROLOG = 8_000_000
_ENDINGS = {
    ".ttl": "turtle", ".turtle": "turtle", ".nt": "ntriples", ".ntriples": "ntriples", ".jsonld": "jsonld",
    ".rdf": "rdfxml",
}  # fmt: skip


def text_of(head: bytes) -> str:
    """The first characters of a file, in whatever encoding it has."""
    codec, mark = _codec(head)
    return head[mark:].decode(codec, "replace")


def root(text: str) -> str:
    """The name of an XML document's first element, such as ``rdf:RDF``; empty where the text is no XML.

    >>> root("<?xml version='1.0'?><!-- <a> --><rdf:RDF xmlns:rdf='...'>"), root("@prefix a: <b> .")
    ('rdf:RDF', '')
    """
    found = _FIRST.match(text)
    return found[1] if found else ""


def syntax(source: Source, head: bytes) -> str:
    """The syntax of an RDF file: rdfxml, turtle, ntriples or jsonld; empty for anything else."""
    text = text_of(head)
    name = root(text)
    if name:
        return "rdfxml" if name.rpartition(":")[2] == "RDF" else ""
    ending = _ENDINGS.get("." + source.stem.rpartition(".")[2], "")
    if text.lstrip().startswith("<?xml") or ending == "rdfxml":  # a first element that comes late
        return "rdfxml" if ending == "rdfxml" or source.stem.endswith(".owl") else ""
    if ending:
        return ending
    if re.match(r"\s*[{\[]", text):
        return "jsonld" if re.search(r'"@(?:context|graph|id)"\s*:', text) else ""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if any(re.match(r"@(?:prefix|base)\s|(?i:prefix|base)\s+[\w.-]*:?\s*<", line) for line in lines[:200]):
        return "turtle"
    if lines and re.match(r"(?:<[^<> ]+>|_:\S+) <[^<> ]+> (?:<[^<> ]+>|_:\S+|\".*\"\S*) ?\.\s*$", lines[0]):
        return "ntriples"
    return ""


def chunks(source: Source, media: str) -> Iterator[bytes]:
    """The bytes of a file in a syntax of RDF, or in ``xml``, as UTF-8, without byte-order mark and XML declaration.

    Raises RefusedError for XML with a DOCTYPE, DataSyntaxError for an encoding that is not known.
    """
    with source.open() as stream:
        first = _filled(stream)
        codec, mark = _codec(first)
        xml = media in ("rdfxml", "xml")
        if xml:
            codec = _declared(first[mark:].decode(codec, "replace"), codec, source)
        decoded = _decoded(first[mark:], stream, codec, source)
        yield from _safe(decoded, source) if xml else decoded


def _filled(stream: IO[bytes]) -> bytes:
    found = b""
    while len(found) < _SIZE and (more := stream.read(_SIZE - len(found))):
        found += more
    return found


def _codec(head: bytes) -> tuple[str, int]:
    """The encoding that the first bytes tell, and the length of the mark that tells it."""
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return codec, len(mark)
    if head[:1] and head[1:2] == b"\0":
        return "utf-16-le", 0
    if head[:1] == b"\0":
        return "utf-16-be", 0
    return "utf-8", 0


def _declared(text: str, codec: str, source: Source) -> str:
    """The encoding to read by: the one the XML declaration names, where the bytes did not tell another."""
    named = _DECLARED.match(text)
    if not named:
        return codec
    try:
        found = codecs.lookup(named[1]).name
    except LookupError:
        found = named[1]
    if found not in _ENCODINGS:
        raise DataSyntaxError(f'its encoding "{named[1]}" is not read; save the file as UTF-8', source.name)
    return codec if codec != "utf-8" or found.startswith("utf-16") else found


def _decoded(first: bytes, stream: IO[bytes], codec: str, source: Source) -> Iterator[bytes]:
    if codec == "utf-8":
        yield first
        while chunk := stream.read(_SIZE):
            yield chunk
        return
    if codec not in _ENCODINGS:
        raise DataSyntaxError(f'its encoding "{codec}" is not read; save the file as UTF-8', source.name)
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        yield decoder.decode(first).encode()
        while chunk := stream.read(_SIZE):
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError:
        raise DataSyntaxError(f"it says that it is {codec} text, but is not", source.name) from None


def _safe(parts: Iterator[bytes], source: Source) -> Iterator[bytes]:
    """The bytes of an XML document without its declaration, as long as no DOCTYPE shows."""
    begin = b""
    for part in parts:
        begin += part
        if _past_prolog(begin, source):
            break
        if len(begin) > _PROLOG:
            raise RefusedError(f"{source.name}: nothing but comments in its first {_PROLOG:,} bytes")
    else:
        if _DOCTYPE.search(begin):
            raise _refused(source)
    declaration = _DECLARATION.match(begin)
    if declaration:  # its lines stay, so that messages count right
        begin = b"\n" * declaration[0].count(b"\n") + begin[declaration.end() :]
    yield begin
    tail = begin[-8:]
    for part in parts:
        if _DOCTYPE.search(tail + part[:8]) or _DOCTYPE.search(part):
            raise _refused(source)
        yield part
        tail = (tail + part)[-8:]


def _past_prolog(text: bytes, source: Source) -> bool:
    """Whether the first element has begun. A comment before it may speak of a DOCTYPE, nothing else may."""
    at = 0
    while True:
        while text[at : at + 1].isspace():
            at += 1
        if len(text) - at < 9:
            return False
        if text.startswith(b"<!--", at):
            end = text.find(b"-->", at + 4)
            odd = text[at + 4 : at + 6].startswith((b">", b"->"))  # where it ends is told in two ways
        elif text.startswith(b"<?", at):
            end = text.find(b"?>", at + 2)
            odd = _DOCTYPE.search(text, at, end if end >= 0 else len(text)) is not None
        else:
            if _DOCTYPE.search(text, at):
                raise _refused(source)
            return True
        if odd:
            raise _refused(source)
        if end < 0:
            return False
        at = end + (3 if text.startswith(b"-->", end) else 2)


def _refused(source: Source) -> RefusedError:
    return RefusedError(
        f"{source.name}: it has a DOCTYPE, which may unpack to any size or read other files; save it without one, "
        "such as in Turtle"
    )
