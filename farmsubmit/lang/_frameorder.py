"""The orders in which frames or chunks are sent, as lists of places. Private to farmsubmit.lang.frames."""

from __future__ import annotations

import re
from collections import deque
from typing import Callable, Iterable, Sequence, TypeVar

from farmsubmit.errors import FrameError, did_you_mean

T = TypeVar("T")

_EVERY = re.compile(r"every-([0-9]{1,9})")


def ordered_indices(count: int, name: str) -> list[int]:
    """Return the places ``0 … count - 1`` in a named order.

    | name | places |
    | --- | --- |
    | ``forward`` | as they are |
    | ``reverse`` | the last one first |
    | ``first-middle-last`` | those three (of two in the middle the earlier), then the rest forward |
    | ``outer-in`` | first, last, second, second last … |
    | ``binary`` | first, last, then the middle of each gap, the widest gaps first |
    | ``every-N`` | every Nth from the first on, then the rest forward; N is at least 1 |

    Capitals and blanks around the name do not matter. Raises FrameError on another name.
    Source: the orders artists ask for in order to see a look early; no engine defines them.
    """
    key = name.strip().lower()
    every = _EVERY.fullmatch(key)
    if every and int(every[1]):
        return _then_rest(count, range(0, count, int(every[1])))
    if key not in _ORDERS:
        hint = did_you_mean(key, ORDERS) or "known are " + ", ".join(ORDERS)
        raise FrameError("there is no such order of frames", name, 0, hint)
    return _ORDERS[key](count)


def order_chunks(chunks: Sequence[T], name: str) -> list[T]:
    """Return the items of any sequence in a named order; see ordered_indices."""
    return [chunks[place] for place in ordered_indices(len(chunks), name)]


def _then_rest(count: int, front: Iterable[int]) -> list[int]:
    return list(dict.fromkeys([*front, *range(count)]))


def _forward(count: int) -> list[int]:
    return list(range(count))


def _reverse(count: int) -> list[int]:
    return list(range(count - 1, -1, -1))


def _first_middle_last(count: int) -> list[int]:
    return _then_rest(count, (0, (count - 1) // 2, count - 1) if count > 0 else ())


def _outer_in(count: int) -> list[int]:
    return [count - 1 - place // 2 if place % 2 else place // 2 for place in range(count)]


def _binary(count: int) -> list[int]:
    if count < 3:
        return _forward(count)
    places = [0, count - 1]
    gaps = deque([(0, count - 1)])
    while gaps:
        low, high = gaps.popleft()
        middle = (low + high) // 2
        if middle > low:
            places.append(middle)
            gaps.extend([(low, middle), (middle, high)])
    return places


_ORDERS: dict[str, Callable[[int], list[int]]] = {
    "forward": _forward,
    "reverse": _reverse,
    "first-middle-last": _first_middle_last,
    "outer-in": _outer_in,
    "binary": _binary,
}

ORDERS = (*_ORDERS, "every-10")
"""The names of the orders for a menu; ``every-10`` stands for ``every-N`` with any N."""
