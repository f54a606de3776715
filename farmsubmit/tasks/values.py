"""Kinds of values: what processors take as arguments and parameters, and how a value is fitted to one of them.

True and False are no numbers here. Where a list is wanted a tuple will do, and where a list of whole numbers is wanted
a range will do; they are handed on as they are. Source: the schemas of jobtronaut.
"""

from __future__ import annotations

from dataclasses import dataclass
from reprlib import Repr
from typing import Any, Callable, Mapping, Sequence

_LISTS = (list, tuple)
_MOST_SAID = 80
# Not repr(): a list of a million frames would be written out only to be cut, and a deep one not at all.
_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = _MOST_SAID


@dataclass(frozen=True)
class Kind:
    """A kind of value: ``name`` for people, such as ``a whole number``, and what fits it."""

    name: str
    fits: Callable[[Any], bool]

    def accept(self, value: Any) -> Any:
        """Return a value that fits, as it is; raises ValueError for any other."""
        if not self.fits(value):
            raise ValueError(f"{shortened(value)} is not {self.name}")
        return value


def accepted(value: Any, kinds: Sequence[Any]) -> Any:
    """Return a value as one of some kinds takes it.

    The kinds are tried in their order with the value itself; then, in their order again, with the item of a list that
    holds only one, or with a list that holds only the value. Raises ValueError where none takes it. A kind is anything
    with a ``name`` and ``accept``. Source: jobtronaut, which converts in the same way but in no order.
    """
    converted = value[0] if isinstance(value, _LISTS) and len(value) == 1 else [value]
    for candidate in (value, converted):
        for kind in kinds:
            try:
                return kind.accept(candidate)
            except ValueError:
                continue
    raise ValueError(f"{shortened(value)} is not {names_of(kinds)}")


def names_of(kinds: Sequence[Any]) -> str:
    """Return the names of some kinds: ``text or a list of texts``."""
    return " or ".join(kind.name for kind in kinds)


def shortened(value: Any) -> str:
    """Return a value for a sentence, of a long or deep one only the beginning."""
    text = _SHORT.repr(value)
    return text if len(text) <= _MOST_SAID else text[: _MOST_SAID - 1] + "…"


def _is_whole(value: Any) -> bool:
    return type(value) is int


def _are_wholes(value: Any) -> bool:
    if isinstance(value, range):
        return True
    # The set is made at the speed of C: a hundred thousand elements take a millisecond.
    return isinstance(value, _LISTS) and set(map(type, value)) <= {int}


def _are_texts(value: Any) -> bool:
    return isinstance(value, _LISTS) and all(isinstance(item, str) for item in value)


def _is_pair(value: Any) -> bool:
    return isinstance(value, _LISTS) and len(value) == 2 and type(value[0]) is int and type(value[1]) is int


def _is_frame_range(value: Any) -> bool:
    return _is_pair(value) and bool(value[0] <= value[1])


ANY = Kind("any value", lambda value: True)
TEXT = Kind("text", lambda value: isinstance(value, str))
TEXTS = Kind("a list of texts", _are_texts)
WHOLE = Kind("a whole number", _is_whole)
COUNT = Kind("a whole number of at least 0", lambda value: _is_whole(value) and value >= 0)
POSITIVE = Kind("a whole number of at least 1", lambda value: _is_whole(value) and value >= 1)
WHOLES = Kind("a list of whole numbers", _are_wholes)
SOME_WHOLES = Kind("a list of at least one whole number", lambda value: _are_wholes(value) and len(value) > 0)
WHOLE_PAIR = Kind("two whole numbers [before, after]", _is_pair)
NUMBER = Kind("a number", lambda value: isinstance(value, (int, float)) and not isinstance(value, bool))
FLAG = Kind("True or False", lambda value: isinstance(value, bool))
MAPPING = Kind("a mapping", lambda value: isinstance(value, Mapping))
CALLABLE = Kind("a Python function", callable)
FRAME_RANGE = Kind("a frame range [first, last]", _is_frame_range)
FRAME_RANGES = Kind(
    "a list of frame ranges [[first, last], …]",
    lambda value: isinstance(value, _LISTS) and all(map(_is_frame_range, value)),
)
