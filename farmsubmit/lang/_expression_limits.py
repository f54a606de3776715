"""What an expression may cost: how large values may be and how much work there is. Private to lang.expression.

Text that nobody reviewed is worked out while somebody waits for a dialog. So the size of a result is known before it
is made, and work is counted: a unit is one part of a value, or eight characters.
"""

from __future__ import annotations

from typing import Any, Collection, List

MAX_LENGTH = 100_000
"""Characters of an expression."""
MAX_DEPTH = 100
"""Brackets and operators inside each other."""
MAX_ITEMS = 1_000_000
"""Items of a list, tuple or mapping."""
MAX_CHARACTERS = 1_000_000
"""Characters of a text."""
MAX_BITS = 4096
"""Bits of a whole number."""
MAX_DIGITS = 1234
"""Digits of a whole number: as many as MAX_BITS has."""
MAX_NAME = 100
"""Characters of a name."""
MAX_WORK = 5_000_000
"""Units of work of one expression: about a second."""

PLAIN = (str, int, float, bool, type(None), list, tuple, dict)
_NUMBERS = frozenset({int, float, bool, type(None)})
_CHARACTERS_PER_UNIT = 8
# What a list in a list costs beside its items.
_UNITS_PER_LIST = 3


class TooLarge(ValueError):
    """A result that would be larger than an expression may make it."""


def check_items(count: int) -> None:
    """Raise TooLarge for a list of more than MAX_ITEMS."""
    if count > MAX_ITEMS:
        raise TooLarge(f"the list would have {_shown(count)} items; {MAX_ITEMS:,} are the most")


def check_characters(count: int) -> None:
    """Raise TooLarge for a text of more than MAX_CHARACTERS."""
    if count > MAX_CHARACTERS:
        raise TooLarge(f"the text would have {_shown(count)} characters; {MAX_CHARACTERS:,} are the most")


def check_bits(count: int) -> None:
    """Raise TooLarge for a whole number of more than MAX_BITS."""
    if count > MAX_BITS:
        raise TooLarge(f"the number would have more than {MAX_BITS} bits")


def _shown(count: int) -> str:
    return f"{count:,}" if count.bit_length() < 64 else "too many"


def check_value(value: Any) -> None:
    """Raise TooLarge for a value that is too large by itself, and TypeError for one that is not plain."""
    if not isinstance(value, PLAIN):
        raise TypeError(f"a value of the type {type(value).__name__} has no place in an expression")
    if isinstance(value, str):
        check_characters(len(value))
    elif isinstance(value, int):
        check_bits(value.bit_length())
    elif not isinstance(value, (float, type(None))):
        check_items(len(value))


def units(value: Any) -> int:
    """Return the work that it takes to make a value of the parts that it has, without going into them."""
    if isinstance(value, str):
        return len(value) // _CHARACTERS_PER_UNIT
    return len(value) if isinstance(value, (list, tuple, dict)) else 0


def weigh(value: Any, limit: int) -> int:
    """Return the work that it takes to look at all of a value, to its deepest part.

    A part that stands in several places counts at each. Beyond ``limit`` it stops counting: the answer is only above
    it. Raises TypeError for a part that is not plain.
    """
    total = 0
    waiting: List[Collection[Any]] = [(value,)]
    while waiting and total <= limit:
        parts = waiting.pop()
        total += len(parts) + _UNITS_PER_LIST
        for part in parts:
            if type(part) in _NUMBERS:
                continue
            if isinstance(part, str):
                total += len(part) // _CHARACTERS_PER_UNIT
            elif isinstance(part, dict):
                waiting += (part.keys(), part.values())
            elif isinstance(part, (list, tuple)):
                waiting.append(part)
            else:
                check_value(part)
    return total
