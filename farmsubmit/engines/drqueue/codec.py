"""Packed structs of DrQueue's wire: a table of fields, and values to bytes and back.

Most numbers travel in network order; those marked ``raw`` travel in the order of the host that sends them, which the
master never swaps. So both ends must agree on that order; it is little where the master runs on x86.
Source: the wire as DrQueue 0.64.4 and later were seen to speak it.
"""

from __future__ import annotations

import struct
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple, Union

from farmsubmit.errors import EngineError

#: The orders of a host's own numbers, with struct's mark for them.
ORDERS = {"little": "<", "big": ">"}
_CODES = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q", "i32": "i", "i64": "q"}


class Field(NamedTuple):
    """A field: its name, how it is packed (``u32``, ``raw u16``, ``text`` or ``bytes``), and its size in bytes."""

    name: str
    kind: str
    size: int
    code: str = ""
    is_raw: bool = False


def number(kind: str, *names: str) -> List[Field]:
    """Return fields of one kind of number, such as ``u32``, or ``raw u32`` for one in the host's own order."""
    code = _CODES[kind.rpartition(" ")[2]]
    size = struct.calcsize(f"<{code}")
    return [Field(name, "number", size, code, kind.startswith("raw ")) for name in names]


def text(size: int, *names: str) -> List[Field]:
    """Return fields of text: UTF-8 and a NUL, at most so many bytes together."""
    return [Field(name, "text", size) for name in names]


def room(size: int, *names: str) -> List[Field]:
    """Return fields of bytes that are passed on as they are."""
    return [Field(name, "bytes", size) for name in names]


class Layout:
    """A packed struct: ``what`` it is called in an error, its fields, and its size in bytes."""

    def __init__(self, what: str, *fields: Sequence[Field]) -> None:
        self.what = what
        self.fields: Tuple[Field, ...] = tuple(field for group in fields for field in group)
        self.size = sum(field.size for field in self.fields)

    def pack(self, values: Dict[str, Any], order: str = "little") -> bytes:
        """Return the bytes of a struct; raises EngineError for a value that does not fit."""
        return b"".join(self._packed(field, values[field.name], order) for field in self.fields)

    def unpack(self, data: bytes, order: str = "little") -> Dict[str, Any]:
        """Return the values in the bytes of a struct, by the names of its fields."""
        found: Dict[str, Any] = {}
        at = 0
        for field in self.fields:
            found[field.name] = _unpacked(field, data[at : at + field.size], order)
            at += field.size
        return found

    def _packed(self, field: Field, value: Any, order: str) -> bytes:
        if field.kind == "text":
            return self._text(field, value)
        if field.kind == "bytes":
            return self._bytes(field, value)
        try:
            return struct.pack(_mark(field, order) + field.code, value)
        except struct.error:
            lowest, highest = _bounds(field)
            problem = f"the {_spoken(field)} of {self.what} is {value!r}"
            raise EngineError(problem, f"DrQueue takes whole numbers from {lowest} to {highest}") from None

    def _text(self, field: Field, value: str) -> bytes:
        data = encoded(value, field.size, f"the {_spoken(field)} of {self.what}")
        return data.ljust(field.size, b"\0")

    def _bytes(self, field: Field, value: bytes) -> bytes:
        if len(value) > field.size:
            problem = f"the {_spoken(field)} of {self.what} has {len(value)} bytes"
            raise EngineError(problem, f"DrQueue takes at most {field.size}")
        return value.ljust(field.size, b"\0")


def encoded(value: Union[str, object], size: int, what: str) -> bytes:
    """Return a text as it travels, without its NUL, for which there must be room; raises EngineError.

    DrQueue itself cuts a longer text silently, or reads on into the next field.
    """
    if not isinstance(value, str):
        raise EngineError(f"{what} is {value!r}", "DrQueue takes a text there")
    data = value.encode("utf-8", "surrogateescape")
    if len(data) >= size:
        raise EngineError(f"{what} has {len(data)} bytes", f"DrQueue takes at most {size - 1}")
    if b"\0" in data:
        raise EngineError(f"{what} holds a NUL", "DrQueue's texts end there")
    return data


def decoded(data: bytes) -> str:
    """Return a text that came in a field: what stands before the first NUL, or all of it where there is none."""
    return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _unpacked(field: Field, data: bytes, order: str) -> Any:
    if field.kind == "text":
        return decoded(data)
    if field.kind == "bytes":
        return data
    return struct.unpack(_mark(field, order) + field.code, data)[0]


def _mark(field: Field, order: str) -> str:
    return ORDERS[order] if field.is_raw else ">"


def _bounds(field: Field) -> Tuple[int, int]:
    bits = 8 * field.size
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if field.code.islower() else (0, (1 << bits) - 1)


def _spoken(field: Field) -> str:
    return field.name.replace("_", " ").replace(".", " ")
