"""The kinds of value that an option can hold: how each is checked, written as Tcl, read back, and kept in JSON.

A kind refuses a bad value with ValueError or TypeError; whoever knows the element or the place in the file turns
that into the sentence for the user. Source of the types and their printed form: the author API document and job
scripts that real clients printed.
"""

from __future__ import annotations

import math
import re
from typing import Any, List, Sequence

from farmsubmit.lang import tcl

_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")


class Kind:
    """A kind of value; ``expected`` completes the sentence "… is not …" and names an example."""

    expected = "a value"
    is_list = False

    def check(self, value: Any) -> Any:
        """Return the value to keep; raise ValueError where it is not of this kind."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """Return the value as one word of Tcl, checking lists again, for they are live."""
        raise NotImplementedError

    def read(self, text: str) -> Any:
        """Return the value that a word of Tcl stands for; raise ValueError or TclError."""
        raise NotImplementedError

    def to_json(self, value: Any) -> Any:
        """Return the value as JSON holds it."""
        return self.check(value)

    def from_json(self, value: Any) -> Any:
        """Return the value that JSON held."""
        return self.check(value)


class Text(Kind):
    """A string, printed in braces."""

    expected = "a string"

    def check(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError
        return value

    def write(self, value: str) -> str:
        return tcl.quote(value)

    def read(self, text: str) -> str:
        return text


class Ident(Text):
    """A name that Instance, refersto and substitutions can point at."""

    expected = "an id: letters, digits, '.', '_' or '-', such as 'sim.1'"
    _PATTERN = re.compile(r"[\w.\-]+\Z")

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or not self._PATTERN.match(value):
            raise ValueError
        return value

    def read(self, text: str) -> str:
        return self.check(text)


class Number(Kind):
    """A float, printed in braces with its decimal point, as in the documented ``{100.0}``."""

    expected = "a number, such as 100 or 2.5"

    def check(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise ValueError
        return float(value)

    def write(self, value: float) -> str:
        return "{" + repr(value) + "}"

    def read(self, text: str) -> float:
        return self.check(float(text))


class Whole(Kind):
    """An int, printed bare."""

    expected = "a whole number, such as 3"

    def check(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError
        return value

    def write(self, value: int) -> str:
        return str(value)

    def read(self, text: str) -> int:
        return int(text)


class Flag(Kind):
    """A bool, printed as 0 or 1."""

    expected = "True, False, 1 or 0"

    def check(self, value: Any) -> bool:
        if not isinstance(value, int) or value not in (0, 1):
            raise ValueError
        return bool(value)

    def write(self, value: bool) -> str:
        return "1" if value else "0"

    def read(self, text: str) -> bool:
        word = text.lower()
        if word not in _TRUE and word not in _FALSE:
            raise ValueError
        return word in _TRUE


class Choice(Text):
    """One of a few words."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.expected = "one of " + ", ".join(map(repr, words))

    def check(self, value: Any) -> str:
        if value not in self.words:
            raise ValueError
        return str(value)

    def read(self, text: str) -> str:
        return self.check(text)


class Moment(Kind):
    """A point in time: a datetime, or the script form ``month day HH:MM`` or ``HH:MM``, which has no year.

    The string ``"6 23 13:45"`` stays a string, for its year is the engine's to choose; a datetime is printed in the
    same form, its seconds and zone dropped.
    """

    expected = "a datetime, 'month day HH:MM' or 'HH:MM', such as '6 23 13:45'"
    _PATTERN = re.compile(r"(?:(1[0-2]|0?[1-9])\s+(3[01]|[12]\d|0?[1-9])\s+)?([01]?\d|2[0-3]):([0-5]\d)\Z")

    def check(self, value: Any) -> Any:
        from datetime import datetime

        if isinstance(value, datetime):
            return value
        if not isinstance(value, str) or not self._PATTERN.match(value.strip()):
            raise ValueError
        return value.strip()

    def write(self, value: Any) -> str:
        if isinstance(value, str):
            return tcl.quote(value)
        return f"{{{value.month} {value.day} {value:%H:%M}}}"

    def read(self, text: str) -> Any:
        return self.check(" ".join(text.split()))

    def to_json(self, value: Any) -> str:
        return value if isinstance(value, str) else str(value.isoformat())

    def from_json(self, value: Any) -> Any:
        from datetime import datetime

        return datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else self.check(value)


class TextList(Kind):
    """A live list of strings, printed ``{{a} {b}}``."""

    expected = "a list of strings, such as ['arnold', 'nuke']"
    is_list = True

    def check(self, value: Any) -> List[str]:
        items = list(value) if isinstance(value, tuple) else value
        if not isinstance(items, list):
            raise ValueError
        "".join(items)  # raises TypeError for an item that is not a string, quicker than asking each
        return items

    def write(self, value: Sequence[str]) -> str:
        return tcl.quote_list(value)

    def read(self, text: str) -> List[str]:
        return tcl.split(text)


class Argv(TextList):
    """A command and its arguments: a live list of strings, or one string that is split on blanks."""

    expected = "a list of strings, such as ['prman', 'a.rib'], or one string"

    def check(self, value: Any) -> List[str]:
        return value.split() if isinstance(value, str) else super().check(value)


class WholeList(Kind):
    """A live list of ints, printed ``{1 2}``."""

    expected = "a list of whole numbers, such as [18231, 18240]"
    is_list = True

    def check(self, value: Any) -> List[int]:
        items = list(value) if isinstance(value, tuple) else value
        if not isinstance(items, list) or not all(isinstance(item, int) and item is not True for item in items):
            raise ValueError
        return items

    def write(self, value: Sequence[int]) -> str:
        return "{" + " ".join(map(str, self.check(value))) + "}"

    def read(self, text: str) -> List[int]:
        return [int(word) for word in text.split()]
