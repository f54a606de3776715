"""The streams that the commands print to: no letter that an encoding lacks stops a command."""

from __future__ import annotations

import codecs
import os
import sys
from contextlib import suppress
from typing import Any, Tuple, Union

_HANDLER = "farmsubmit"
# What trees and tables are drawn with.
_PLAIN = {"─": "-", "│": "|", "├": "|", "└": "`", "·": "-", "…": "...", "→": "->"}


def make_printable() -> None:
    """Let everything be printed: where an encoding lacks a letter, a plain one or its number takes its place.

    What goes to a file or another program is UTF-8, as job scripts are, unless PYTHONIOENCODING says otherwise. Bytes
    of file names that are no UTF-8 come out as they are.
    """
    codecs.register_error(_HANDLER, _replaced)
    for stream in (sys.stdout, sys.stderr):
        # A host may have put streams of its own in place, which cannot be told how.
        with suppress(Exception):
            stream.reconfigure(errors=_HANDLER, **_encoding(stream))  # type: ignore[union-attr]


def _encoding(stream: Any) -> dict[str, str]:
    is_free = stream is sys.stdout and not stream.isatty() and not os.environ.get("PYTHONIOENCODING")
    return {"encoding": "utf-8"} if is_free else {}


def _replaced(error: UnicodeError) -> Tuple[Union[str, bytes], int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return b"".join(map(_as_bytes, error.object[error.start : error.end])), error.end


def _as_bytes(letter: str) -> bytes:
    if "\udc80" <= letter <= "\udcff":
        return bytes([ord(letter) - 0xDC00])
    return _PLAIN.get(letter, letter).encode("ascii", "backslashreplace")
