"""Read the chunks of a .mb file into a MayaScene (checked against files of Maya 2009 to 2025).

Attributes have the same short names as in .ma, so everything that is said of a scene is worked out elsewhere, once for
both formats.
"""

from __future__ import annotations

import math
import re
import struct
from pathlib import Path
from typing import Callable, Optional

from farmsubmit.errors import SceneError
from farmsubmit.scenes import shown
from farmsubmit.scenes.maya.chunks import Chunk, Chunks
from farmsubmit.scenes.maya.scene import MayaScene, Value
from farmsubmit.scenes.maya.tables import TIMES, TYPE_IDS, frames_per_second

# Ticks a second up to Maya 2017; newer files say it themselves (TDUR).
_OLD_TICKS = 6000.0
_SMALLEST = 2.3e-308


def read_chunks(path: Path) -> MayaScene:
    """Return what a .mb file holds; raises SceneError if it cannot be opened or is no Maya binary."""
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
            if start not in (b"FOR4", b"FOR8"):
                raise SceneError(f"{shown(path)} is no Maya binary scene", "one starts with FOR4 or FOR8")
            return _Reader(Chunks(stream, start == b"FOR8")).read()
    except OSError as error:
        raise SceneError(f"{shown(path)} cannot be read: {error.strerror}") from None


class _Reader:
    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks
        self._scene = MayaScene()
        self._types = dict(TYPE_IDS)
        self._ticks: Optional[float] = None
        self._headers: dict[bytes, Callable[[bytes], None]] = {
            b"VERS": self._version,
            b"TUNI": self._unit,
            b"TDUR": self._duration,
            b"FINF": self._info,
            b"PLUG": self._plugin,
        }

    def read(self) -> MayaScene:
        groups = {b"HEAD": self._header, b"FRDI": self._references, b"FREF": self._references}
        groups.update({b"CONS": self._connections, b"SLCT": self._selected})
        for group in self._chunks.top():
            groups.get(group.form, self._created)(group)
        if self._chunks.broken:
            self._scene.warnings.append("the file is cut off or damaged; what follows is missing")
        return self._scene

    # --- the head of the file

    def _header(self, group: Chunk) -> None:
        for chunk in self._chunks.inside(group):
            if chunk.tag in self._headers:
                self._headers[chunk.tag](self._chunks.data(chunk))

    def _version(self, data: bytes) -> None:
        self._scene.version = self._scene.version or _text(data.rstrip(b"\0"))

    def _unit(self, data: bytes) -> None:
        self._scene.time_unit = _text(data.rstrip(b"\0"))

    def _duration(self, data: bytes) -> None:
        digits = data.rstrip(b"\0")[:20]
        self._ticks = float(digits) if digits.isdigit() and int(digits) else None

    def _info(self, data: bytes) -> None:
        key, value = _texts(data, 2)
        self._scene.info[key] = value

    def _plugin(self, data: bytes) -> None:
        """Note a plug-in and the four bytes that stand for each of its types: name, version, flags, then the table."""
        name, version, _ = _texts(data, 3)
        self._scene.plugins[name] = version
        table = data.split(b"\0", 3)[3] if data.count(b"\0") > 2 else b""
        at = 0
        end = table.find(b"\0")
        while end >= 0:
            self._types[table[end + 1 : end + 5]] = _text(table[at:end])
            at = end + 5
            end = table.find(b"\0", at)

    def _references(self, group: Chunk) -> None:
        for chunk in self._chunks.inside(group):
            data = self._chunks.data(chunk)
            if chunk.tag in (b"FRDI", b"FREF"):
                path, namespace, *rest = _texts(data[4:] if chunk.tag == b"FRDI" else data, 64)
                names = [text for text in (part.lstrip("\x01\x02\x03\x04") for part in rest) if text]
                self._scene.refer(names[0] if names else "", path, namespace, False)

    def _connections(self, group: Chunk) -> None:
        for form in self._chunks.inside(group):
            for chunk in self._chunks.inside(form):
                if chunk.tag == b"CWFL":
                    source, target = _texts(self._chunks.data(chunk)[1:], 2)
                    self._scene.connect(source, target)

    # --- nodes

    def _created(self, group: Chunk) -> None:
        kind = self._types.get(group.form, "")
        if not self._scene.wants(kind):
            return
        for chunk in self._chunks.inside(group):
            if chunk.tag == b"CREA":
                self._scene.create(kind, *self._names(self._chunks.data(chunk)[1:]))
            else:
                self._attribute(chunk)
        self._scene.leave()

    def _names(self, data: bytes) -> tuple[str, str]:
        """Return a new node's name and parent; since 2016 the 16 bytes of its UUID follow."""
        name, _, rest = data.partition(b"\0")
        year = re.match("[0-9]{4}", self._scene.version)
        if len(rest) >= 16 and (int(year[0]) >= 2016 if year else rest[-1:] != b"\0"):
            rest = rest[:-16]
        return _text(name), _text(rest.partition(b"\0")[0])

    def _selected(self, group: Chunk) -> None:
        for chunk in self._chunks.inside(group):
            if chunk.tag != b"SLCT":
                self._attribute(chunk)
            elif not self._scene.select(_text(self._chunks.data(chunk).rstrip(b"\0"))):
                return
        self._scene.leave()

    def _attribute(self, chunk: Chunk) -> None:
        """Store a value: name, NUL, a byte of flags, value. ``FLGS`` holds flags only and changes none."""
        if not self._scene.kind or chunk.tag not in (b"DBLE", b"STR ", b"STR#"):
            return
        name, _, data = self._chunks.data(chunk).partition(b"\0")
        short = self._scene.short(_text(name))
        if not short:
            return
        self._scene.store(short, self._value(chunk.tag, short, data[1:]))

    def _value(self, tag: bytes, short: str, data: bytes) -> Optional[Value]:
        if tag == b"STR ":
            return _text(data.partition(b"\0")[0])
        if tag == b"STR#":
            return tuple(_text(part) for part in data[4:].split(b"\0")[:-1])
        if len(data) < 8:
            return None
        number: float = struct.unpack_from(">d", data)[0]
        is_time = short in TIMES.get(self._scene.kind, ())
        # Whole ticks read as a number of the other kind are far too small for one, or none at all.
        if is_time or math.isnan(number) or 0 < abs(number) < _SMALLEST:
            return self._frames(data)
        return number if abs(number) < 1e15 else None

    def _frames(self, data: bytes) -> Optional[float]:
        """Return ticks as frames of the scene's time unit, None if that is unknown."""
        rate = frames_per_second(self._scene.time_unit)
        ticks: int = struct.unpack_from(">q", data)[0]
        if self._ticks is None and not -(1 << 31) <= ticks < 1 << 31:
            ticks = struct.unpack_from(">i", data)[0]
        if not rate:
            return None
        tick = rate / (self._ticks or _OLD_TICKS)
        frames = ticks * tick
        # A whole frame is not always a whole number of ticks.
        near = round(frames) if abs(frames - round(frames)) < tick else round(frames, 6)
        return float(near) if abs(near) < 1e15 else None


def _texts(data: bytes, count: int) -> list[str]:
    """Return that many texts that end with NUL, empty ones where the data ends before."""
    parts = data.split(b"\0", count)[:count]
    return [_text(part) for part in parts] + [""] * (count - len(parts))


def _text(data: bytes) -> str:
    # A .mb does not say what it is written in.
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
