"""The operators of expressions, each bounded before it computes. Private to farmsubmit.lang.expression.

Errors are Python's own, TypeError and the like: whoever calls adds the column.
"""

from __future__ import annotations

import operator
from typing import Any, Callable, Dict

from farmsubmit.lang._expression_limits import check_bits, check_characters, check_items

_SEQUENCES = (str, list, tuple)


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, _SEQUENCES) and isinstance(right, _SEQUENCES):
        _check_length(left, len(left) + len(right))
    return left + right


def _multiply(left: Any, right: Any) -> Any:
    if isinstance(right, _SEQUENCES):
        left, right = right, left
    if isinstance(left, _SEQUENCES) and isinstance(right, int):
        _check_length(left, len(left) * max(right, 0))
    elif isinstance(left, int) and isinstance(right, int):
        check_bits(left.bit_length() + right.bit_length() - 1)
    return left * right


def _check_length(sequence: Any, length: int) -> None:
    check = check_characters if isinstance(sequence, str) else check_items
    check(length)


def _modulo(left: Any, right: Any) -> Any:
    if isinstance(left, str):
        # Python would take the text for a pattern, and a pattern can ask for a gigabyte of blanks.
        raise TypeError("% is for numbers; join texts with + and str()")
    return left % right


def _power(left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int) and abs(left) > 1 and right > 0:
        check_bits((abs(left).bit_length() - 1) * right + 1)
    result = left**right
    if isinstance(result, complex):
        raise ValueError("a root of a negative number is no number here")
    return result


def _shift_left(left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int):
        check_bits(left.bit_length() + right)
    return left << right


ARITHMETIC: Dict[str, Callable[[Any, Any], Any]] = {
    "+": _add,
    "-": operator.sub,
    "*": _multiply,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": _modulo,
    "**": _power,
    "<<": _shift_left,
    ">>": operator.rshift,
}

COMPARISONS: Dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda part, whole: part in whole,
    "not in": lambda part, whole: part not in whole,
}

SIGNS: Dict[str, Callable[[Any], Any]] = {"-": operator.neg, "+": operator.pos}
