"""Opening what a user names: plain, gzip or zip files and folders, with limits on what they may unpack to.

Nothing is unpacked to disk. Text is UTF-8 or UTF-16 with a byte-order mark; a line that is not is handed on as None,
so that the reader can account for it.
"""

from __future__ import annotations

import codecs
import gzip
import io
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from spasmkg.errors import DataSyntaxError, NotFoundError, RefusedError, UsageError

__all__ = ["MAX_LINE", "Source", "open_sources"]

MAX_LINE = 4_000_000
"""Bytes of one line."""
MAX_RATIO = 200
"""How many times larger than its compressed form a file may be, once it has unpacked to 10 MB."""
MAX_MEMBERS = 5_000
"""Files in one zip archive or folder."""


def _max_bytes() -> int:
    """Bytes that one file may unpack to: 40 GB, or SPASMKG_MAX_UNPACKED. Raises UsageError where that is no number."""
    given = os.environ.get("SPASMKG_MAX_UNPACKED") or "40000000000"
    if not (given.isascii() and given.isdigit() and len(given) < 20):
        raise UsageError(f'SPASMKG_MAX_UNPACKED is "{given}"; give a number of bytes, such as 40000000000')
    return int(given)


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read: ``name`` for messages (inside an archive ``archive.zip!member``), ``size`` in bytes on disk."""

    name: str
    path: Path
    member: str = ""
    size: int = 0

    @property
    def stem(self) -> str:
        """The file's own name in small letters, without folders and without ``.gz``."""
        return (self.member or self.path.name).rsplit("/", 1)[-1].lower().removesuffix(".gz")

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The unpacked bytes. Raises DataSyntaxError for damaged archives, RefusedError for what unpacks too far."""
        try:
            if self.member:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as packed:
                    yield self._limited(packed, archive.getinfo(self.member).compress_size)
            else:
                with self.path.open("rb") as file:
                    packed_file = file.read(2) == b"\x1f\x8b"
                    file.seek(0)
                    if packed_file:
                        with gzip.GzipFile(fileobj=file) as unpacked:
                            yield self._limited(unpacked, self.size)
                    else:
                        yield file
        except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, lzma.LZMAError) as error:
            reason = "it ends in the middle of compressed data" if isinstance(error, EOFError) else "damaged archive"
            raise DataSyntaxError(f"{reason}; fetch the file again", self.name) from None
        except OSError as error:
            if str(error) != "Invalid data stream":  # all that bz2 says
                raise
            raise DataSyntaxError("damaged archive; fetch the file again", self.name) from None
        except RuntimeError as error:  # zipfile: encrypted member
            raise DataSyntaxError(f"the archive cannot be read: {error}", self.name) from None

    def _limited(self, stream: IO[bytes] | gzip.GzipFile, packed: int) -> IO[bytes]:
        return io.BufferedReader(_Limited(stream, self.name, packed), 1 << 16)

    def head(self, size: int = 20_000) -> bytes:
        """The first bytes, for telling what kind of file this is."""
        with self.open() as stream:
            return stream.read(size)

    def lines(self) -> Iterator[tuple[int, str | None]]:
        """(number from 1, text without its line end) of each line; None for a line that is not text in UTF-8."""
        with self.open() as stream:
            first = stream.readline(MAX_LINE + 1)
            if first[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                yield from self._utf16(first, stream)
                return
            if first.startswith(codecs.BOM_UTF8):
                first = first[3:]
            number, line = 1, first
            while line:
                if len(line) > MAX_LINE:
                    raise RefusedError(
                        f"{self.name}, line {number}: longer than {MAX_LINE:,} bytes; is this a text file?"
                    )
                try:
                    yield number, line.decode("utf-8").rstrip("\r\n")
                except UnicodeDecodeError:
                    yield number, None
                number += 1
                line = stream.readline(MAX_LINE + 1)

    def _utf16(self, first: bytes, stream: IO[bytes]) -> Iterator[tuple[int, str | None]]:
        both = io.BufferedReader(_Limited(_Joined(first, stream), self.name, 0))
        reader = io.TextIOWrapper(both, encoding="utf-16", newline=None)
        try:
            for number, line in enumerate(reader, 1):
                if len(line) > MAX_LINE:
                    raise RefusedError(f"{self.name}, line {number}: longer than {MAX_LINE:,} characters")
                yield number, line.rstrip("\n")
        except UnicodeDecodeError:
            raise DataSyntaxError("starts as UTF-16 text but is not", self.name) from None


class _Joined(io.RawIOBase):
    """Some bytes, then a stream."""

    def __init__(self, first: bytes, rest: IO[bytes]) -> None:
        self._first, self._rest = first, rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._first:
            taken, self._first = self._first[:size], self._first[size:]
            return taken
        return self._rest.read(size)


class _Limited(io.RawIOBase):
    """A stream that refuses to go on once it has given too much."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile | _Joined, name: str, packed: int) -> None:
        self._stream, self._name, self._packed, self._given, self._most = stream, name, packed, 0, _max_bytes()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        self._given += len(data)
        if self._given > self._most:
            raise RefusedError(
                f"{self._name} unpacks to more than {self._most:,} bytes; if it is meant to, set SPASMKG_MAX_UNPACKED"
            )
        if self._packed and self._given > 10_000_000 and self._given > MAX_RATIO * self._packed:
            raise RefusedError(
                f"{self._name} unpacks to more than {MAX_RATIO} times its size: an archive made to do harm"
            )
        buffer[: len(data)] = data
        return len(data)


def open_sources(paths: Sequence[Path]) -> list[Source]:
    """The files that some paths name, sorted by name: a folder stands for its files, a zip archive for its members.

    Raises NotFoundError for a path that is not there, DataSyntaxError for a damaged archive, RefusedError for one with
    too many members.
    """
    found: list[Source] = []
    for path in paths:
        if path.is_dir():
            files = [p for p in sorted(path.rglob("*")) if p.is_file() and not p.name.startswith(".")]
            if len(files) > MAX_MEMBERS:
                raise RefusedError(f"{path} holds {len(files):,} files; name the ones to read")
            for file in files:
                found += _of_file(file)
        elif path.name.lower().endswith((".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")):
            raise DataSyntaxError("a tar archive; unpack it and name its files or their folder", path.name)
        elif path.is_file():
            found += _of_file(path)
        else:
            raise NotFoundError("file or folder", str(path))
    return found


def _of_file(path: Path) -> list[Source]:
    with path.open("rb") as file:
        start = file.read(4)
    if start != b"PK\x03\x04":
        return [Source(path.name, path, size=path.stat().st_size)]
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
    except zipfile.BadZipFile:
        raise DataSyntaxError("damaged archive; fetch the file again", path.name) from None
    if len(members) > MAX_MEMBERS:
        raise RefusedError(f"{path.name} holds {len(members):,} files; unpack it and name the ones to read")
    return [
        Source(f"{path.name}!{m.filename}", path, m.filename, m.compress_size)
        for m in sorted(members, key=lambda m: m.filename)
    ]
