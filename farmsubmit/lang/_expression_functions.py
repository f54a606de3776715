"""The functions and methods that expressions know. Private to farmsubmit.lang.expression.

What Python hands out bit by bit comes as a list: range, zip, enumerate, reversed, keys, values, items. Errors are
Python's own: whoever calls adds the column.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Tuple

from farmsubmit.lang._expression_limits import (
    MAX_CHARACTERS,
    MAX_DIGITS,
    TooLarge,
    check_characters,
    check_items,
    weigh,
)

_MAX_DECIMALS = 1000
_NUMBERS = (int, float)


def _int(*arguments: Any) -> int:
    # Python before 3.11 works for minutes on a text of a million digits.
    if arguments and isinstance(arguments[0], str) and len(arguments[0]) > MAX_DIGITS:
        raise TooLarge(f"a whole number has at most {MAX_DIGITS} digits")
    return int(*arguments)


def _str(*arguments: Any) -> str:
    for value in arguments:
        if weigh(value, MAX_CHARACTERS) > MAX_CHARACTERS:
            raise TooLarge("the text would be too long")
    return str(*arguments)


def _range(*arguments: Any) -> List[int]:
    numbers = range(*arguments)
    # Not its len(), which a huge range does not have.
    check_items((numbers.stop - numbers.start) // numbers.step)
    return list(numbers)


def _round(*arguments: Any) -> Any:
    if len(arguments) > 1 and isinstance(arguments[1], int) and abs(arguments[1]) > _MAX_DECIMALS:
        raise TooLarge(f"round() takes at most {_MAX_DECIMALS} decimals")
    return round(*arguments)


def _sum(*arguments: Any) -> Any:
    for item in (*arguments[:1], arguments[1:]):
        # Lists can be added too, but the work would grow with the square of their number.
        if not all(isinstance(part, _NUMBERS) for part in item):
            raise TypeError("sum() adds numbers only")
    return sum(*arguments)


def _listed(function: Callable[..., Iterable[Any]]) -> Callable[..., List[Any]]:
    def listed(*arguments: Any) -> List[Any]:
        return list(function(*arguments))

    return listed


FUNCTIONS: Dict[str, Callable[..., Any]] = {
    "abs": abs,
    "all": all,
    "any": any,
    "bool": bool,
    "enumerate": _listed(enumerate),
    "float": float,
    "int": _int,
    "len": len,
    "list": list,
    "max": max,
    "min": min,
    "range": _range,
    "reversed": _listed(reversed),
    "round": _round,
    "sorted": sorted,
    "str": _str,
    "sum": _sum,
    "zip": _listed(zip),
}


def _join(separator: str, *arguments: Any) -> str:
    for parts in arguments:
        check_characters(sum(len(part) + len(separator) for part in parts if isinstance(part, str)))
    return separator.join(*arguments)


def _replace(text: str, *arguments: Any) -> str:
    if len(arguments) > 1 and all(isinstance(argument, str) for argument in arguments[:2]):
        old, new = arguments[:2]
        check_characters(len(text) + text.count(old) * max(len(new) - len(old), 0))
    return text.replace(*arguments)


def _zfill(text: str, *arguments: Any) -> str:
    check_characters(max((width for width in arguments if isinstance(width, int)), default=0))
    return text.zfill(*arguments)


_TEXT: Dict[str, Callable[..., Any]] = {
    "count": str.count,
    "endswith": str.endswith,
    "find": str.find,
    "index": str.index,
    "isdigit": str.isdigit,
    "join": _join,
    "lower": str.lower,
    "lstrip": str.lstrip,
    "replace": _replace,
    "rsplit": str.rsplit,
    "rstrip": str.rstrip,
    "split": str.split,
    "startswith": str.startswith,
    "strip": str.strip,
    "upper": str.upper,
    "zfill": _zfill,
}
_MAPPING: Dict[str, Callable[..., Any]] = {
    # Not the method of the object: that of a defaultdict would be another one.
    "get": dict.get,
    "items": _listed(dict.items),
    "keys": _listed(dict.keys),
    "values": _listed(dict.values),
}

METHODS: Tuple[Tuple[type, str, Dict[str, Callable[..., Any]]], ...] = (
    (str, "text", _TEXT),
    (list, "a list", {"count": list.count, "index": list.index}),
    (tuple, "a tuple", {"count": tuple.count, "index": tuple.index}),
    (dict, "a mapping", _MAPPING),
)
METHOD_NAMES = frozenset(name for _, _, methods in METHODS for name in methods)
#: Methods that look for one text in another, which can take as long as both lengths multiplied.
SEARCHES = frozenset({"count", "endswith", "find", "index", "replace", "rsplit", "split"})
