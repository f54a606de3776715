"""What the value of a knob means: a text, a number, a switch, or an expression that only Nuke can work out.

Values come as they are written: bare, in quotes with backslash escapes, or in braces. Source: scripts of Nuke 4 to 16.
"""

from __future__ import annotations

import math
import re
from typing import List, Optional

from farmsubmit.errors import TclError
from farmsubmit.lang import tcl

_SIMPLE = re.compile(rb"[\w.:/#%+-]*")
_NUMBER = re.compile(r"[+-]?(?:\d{1,18}\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_CONSTANT_CURVE = re.compile(r"curve(?: [a-zA-Z])* ([^ ]+)")
# Chinese text that is no UTF-8 is GBK, whose common characters are pairs of high bytes; anything else is latin-1.
_GBK = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xf7][\xa1-\xfe])*")
_SWITCH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def decode(raw: bytes) -> str:
    """Return bytes of a script as text; never fails: UTF-8, else GBK, else latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _GBK.fullmatch(raw):
        return raw.decode("gb18030", "replace")
    return raw.decode("latin-1")


def text(raw: bytes) -> str:
    r"""Return the text of a value: ``"\[a\]"`` → ``[a]``, ``{a b}`` → ``a b``. Line ends are ``\n``."""
    if _SIMPLE.fullmatch(raw):
        return raw.decode("ascii")
    shown = decode(raw).replace("\r\n", "\n")
    if shown.startswith("{"):
        return tcl.content(shown, (tcl.BRACED, 1, len(shown) - shown.endswith("}")))
    if shown.startswith('"'):
        end = len(shown) - (len(shown) > 1 and shown.endswith('"'))
        return tcl.content(shown, (tcl.QUOTED, 1, end))
    return tcl.content(shown, (tcl.BARE, 0, len(shown)))


def number(raw: bytes) -> Optional[float]:
    """Return the number that a value is, None for an expression, an animation, or a word.

    ``1001``, ``{1001}``, ``{{1001}}`` and a curve without keys (``{{curve 1001}}``) are numbers.
    """
    inner = unwrapped(text(raw))
    constant = _CONSTANT_CURVE.fullmatch(inner)
    if constant is not None:
        inner = constant[1]
    if _NUMBER.fullmatch(inner) is None:
        return None
    found = float(inner)
    if not math.isfinite(found) or abs(found) >= 1e18:
        return None
    return int(found) if found.is_integer() else found


def switch(raw: bytes) -> Optional[bool]:
    """Return whether a check box is set, None for an expression."""
    return _SWITCH.get(unwrapped(text(raw)).lower())


def is_expression(raw: bytes) -> bool:
    """Whether a value is an expression or an animation (``{{…}}``) and no plain text."""
    return raw.startswith(b"{{") and number(raw) is None


def unwrapped(value: str) -> str:
    """Return a text without the braces around it, up to three."""
    value = value.strip()
    for _ in range(3):
        if not (value.startswith("{") and value.endswith("}")):
            break
        value = value[1:-1].strip()
    return value


def words(value: str) -> List[str]:
    """Return the words of a Tcl list, and of a text that is none those between its blanks."""
    try:
        return tcl.split(value)
    except TclError:
        return value.split()
