"""The container of a Katana file: a line of XML and a packed tar, or plain XML.

Katana writes the line ``<katana archive="tar" release="4.5v1" version="…">``, which it does not close, and after it a
gzip stream of a tar with one member, ``scene/scene.katana``. Macros may be plain XML instead. Both come out of here as
chunks of one XML document with the root ``katana``. Source: files of Katana 1.6 to 4.5.
"""

from __future__ import annotations

from io import BufferedIOBase
from pathlib import Path
from typing import Iterator, NoReturn

from farmsubmit.errors import SceneError
from farmsubmit.scenes import shown

# What a scene may hold unpacked. The largest that was seen holds 2 MB.
MOST_BYTES = 512 * 1024 * 1024
_CHUNK = 1024 * 1024
_BLOCK = 512
_LONGEST_LINE = 64 * 1024
_MOST_MEMBERS = 100
# A tar is filled up to 10,240 bytes. What follows the scene is read only for the checksum at its end.
_LONGEST_TAIL = 1024 * 1024
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


def xml_chunks(path: Path) -> Iterator[bytes]:
    """Yield the XML of a Katana file, at most MOST_BYTES of it, in chunks of 1 MB.

    Raises SceneError for a file that cannot be opened, is no Katana file, is damaged, or unpacks to more than that.
    """
    try:
        with path.open("rb") as stream:
            yield from _chunks(stream, shown(path))
    except OSError as error:
        raise SceneError(f"{shown(path)} cannot be read: {error.strerror or error}") from None


def _chunks(stream: BufferedIOBase, name: str) -> Iterator[bytes]:
    line = stream.readline(_LONGEST_LINE)
    start = line[len(_BOM) :] if line.startswith(_BOM) else line
    if not start.strip():
        raise SceneError(f"{name} is empty", "save it again, or name another file")
    if not start.lstrip().startswith(b"<"):
        raise SceneError(f"{name} is no Katana scene", "a Katana scene starts with <katana")
    packed = stream.read(len(_GZIP)) == _GZIP
    if not packed:
        stream.seek(0)
        yield from _bounded(stream, name)
        return
    stream.seek(len(line))
    yield start
    yield from _unpacked(stream, name)
    yield b"</katana>"


def _bounded(stream: BufferedIOBase, name: str) -> Iterator[bytes]:
    total = 0
    for chunk in iter(lambda: stream.read(_CHUNK), b""):
        total += len(chunk)
        if total > MOST_BYTES:
            _too_big(name)
        yield chunk


def _unpacked(stream: BufferedIOBase, name: str) -> Iterator[bytes]:
    import gzip
    import zlib

    try:
        with gzip.GzipFile(fileobj=stream, mode="rb") as packed:
            yield from _member(packed, name)
            _check_end(packed)
    except EOFError:
        raise SceneError(f"{name} is damaged: it ends before its packed part does", "save or copy it again") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise SceneError(f"{name} is damaged: its packed part cannot be unpacked ({error})") from None


def _member(packed: BufferedIOBase, name: str) -> Iterator[bytes]:
    left = _find_scene(packed, name)
    first = True
    while left > 0:
        chunk = packed.read(min(_CHUNK, left))
        if not chunk:
            raise EOFError
        left -= len(chunk)
        yield _without_declaration(chunk) if first else chunk
        first = False


def _find_scene(packed: BufferedIOBase, name: str) -> int:
    """Go to the scene in the tar and return its size in bytes, which is at most MOST_BYTES."""
    total = 0
    for _ in range(_MOST_MEMBERS):
        header = packed.read(_BLOCK)
        if not _is_header(header):
            break
        size = _size(header)
        total += size
        if total > MOST_BYTES:
            _too_big(name)
        if header[:100].rstrip(b"\0").endswith(b"scene.katana"):
            return size
        _skip(packed, -(-size // _BLOCK) * _BLOCK)
    raise SceneError(f"{name} is damaged: its packed part holds no scene/scene.katana")


def _is_header(block: bytes) -> bool:
    if len(block) < _BLOCK:
        return False
    stated = block[148:156].strip(b"\0 ")
    total = sum(block) - sum(block[148:156]) + 8 * ord(" ")
    return stated.isdigit() and total == _octal(stated)


def _octal(digits: bytes) -> int:
    try:
        return int(digits, 8)
    except ValueError:
        return -1


def _size(header: bytes) -> int:
    field = header[124:136]
    if field[0] & 0x80:
        # More than 8 GB, which no octal number of 11 digits can tell.
        return int.from_bytes(field[1:], "big") + (field[0] & 0x7F << 88)
    return max(0, _octal(field.strip(b"\0 ") or b"0"))


def _skip(packed: BufferedIOBase, count: int) -> None:
    while count > 0:
        chunk = packed.read(min(_CHUNK, count))
        if not chunk:
            raise EOFError
        count -= len(chunk)


def _check_end(packed: BufferedIOBase) -> None:
    """Read on to the checksum of the gzip stream; a stream that goes on for long is left unread."""
    left = _LONGEST_TAIL
    while left > 0:
        chunk = packed.read(left)
        if not chunk:
            return
        left -= len(chunk)


def _without_declaration(chunk: bytes) -> bytes:
    """Return the start of the scene without ``<?xml …?>``, which is no longer at the start of the document."""
    text = chunk[len(_BOM) :] if chunk.startswith(_BOM) else chunk
    if text.startswith(b"<?xml"):
        return text.partition(b"?>")[2]
    return text


def _too_big(name: str) -> NoReturn:
    raise SceneError(f"{name} unpacks to more than {MOST_BYTES // 1024**2} MB, which no Katana scene needs")
