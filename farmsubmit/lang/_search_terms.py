"""The terms of a search clause: one test of one attribute each."""

from __future__ import annotations

import enum
import math
import operator
import re
from datetime import datetime
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Tuple

from farmsubmit.errors import ParseError

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_RELATIVE = re.compile(r"([+-]?\d+(?:\.\d+)?)([smhdw])\Z")
# Each Python reads other forms than this one, so only this one is taken.
_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)?)?\Z")
_NOTHING = object()

COMPARISONS: Dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class SearchError(ParseError):
    """A search clause that does not parse, or asks for what is not there."""

    what = "search"


class Kind(enum.Enum):
    """What an attribute holds; ``ID`` is a number or, on engines that do not count, a text."""

    NUMBER = "a number"
    TEXT = "a text"
    TEXTS = "a list of texts"
    TIME = "a time"
    ID = "an id"


class Moment(NamedTuple):
    """A time that was written: seconds since the epoch, or from now where it is relative."""

    seconds: float
    is_relative: bool

    def at(self, now: float) -> float:
        """Return the seconds since the epoch."""
        return now + self.seconds if self.is_relative else self.seconds


class Attribute(NamedTuple):
    """An attribute whose value is compared with."""

    name: str


class Term(NamedTuple):
    """A test: ``sign`` is a comparison, ``in``, ``like``, or ``set`` for an attribute by itself.

    ``value`` is a literal of the attribute's kind, an Attribute, a list of literals, or a compiled expression.
    """

    name: str
    sign: str
    value: Any = None

    @property
    def names(self) -> Tuple[str, ...]:
        """The attributes that the test looks at."""
        return (self.name, self.value.name) if isinstance(self.value, Attribute) else (self.name,)

    def holds(self, values: Mapping[str, Any], now: float) -> Optional[bool]:
        """Tell whether an item passes, or None where its value is not known."""
        mine = values.get(self.name, _NOTHING)
        other = values.get(self.value.name, _NOTHING) if isinstance(self.value, Attribute) else self.value
        if mine is _NOTHING or other is _NOTHING:
            return None
        if self.sign == "set":
            return bool(mine)
        several = list(mine) if isinstance(mine, (list, tuple)) else [mine]
        if self.sign == "like":
            return any(other.search(str(each)) is not None for each in several if each is not None)
        if self.sign == "in":
            return any(each == one for each in several for one in _plain(other, now))
        if self.sign == "!=":
            return not any(_compares("=", each, _plain([other], now)[0]) for each in several)
        return any(_compares(self.sign, each, _plain([other], now)[0]) for each in several)


def _plain(values: List[Any], now: float) -> List[Any]:
    return [value.at(now) if isinstance(value, Moment) else value for value in values]


def _compares(sign: str, first: Any, second: Any) -> bool:
    if first is None or second is None or isinstance(first, str) is not isinstance(second, str):
        return False
    return COMPARISONS[sign](first, second)


def literal(text: str, kind: Kind) -> Any:
    """Return the value that a word stands for in a comparison with an attribute; raise ValueError for another kind."""
    if kind is Kind.NUMBER:
        return _number(text)
    if kind is Kind.TIME:
        return _moment(text)
    if kind is Kind.ID:
        try:
            return _number(text)
        except ValueError:
            return text
    return text


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or "_" in text:
        raise ValueError
    return value


def _moment(text: str) -> Moment:
    found = _RELATIVE.match(text)
    if found:
        return Moment(float(found[1]) * _UNITS[found[2]], True)
    return Moment(0.0, True) if text == "now" else Moment(seconds_of(text), False)


def seconds_of(text: str) -> float:
    """Return the seconds since the epoch of a time such as ``2014-02-17 08:16:53-08``; raise ValueError for others.

    Without a zone it is this machine's time; without a time of day it is midnight. Source: the printed times of
    Tractor's Query Python API page.
    """
    found = _WRITTEN.match(text.strip())
    if found is None:
        raise ValueError(text)
    day, clock, fraction, zone = found.groups()
    part = f"{fraction[:7]:0<7}" if fraction else ""
    hours = "+00:00" if zone == "Z" else f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}" if zone else ""
    try:
        return datetime.fromisoformat(f"{day} {clock}{part}{hours}" if clock else day).timestamp()
    except (OverflowError, OSError):
        raise ValueError(text) from None
