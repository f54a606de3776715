"""Long work in steps: whoever waits for it can stop it between two of them, or hold it up for a moment.

A ``cancelled`` is asked every few dozen steps, often enough for a person who waits; it may take its time to answer,
and does so where the window of a dialog comes first. Once it is true the work raises Stopped.
"""

from __future__ import annotations

from typing import Callable, Iterable, Iterator, List, Tuple, TypeVar

from farmsubmit.errors import Stopped

__all__ = ["Cancelled", "Steps", "in_steps", "never", "taken"]

Each = TypeVar("Each")
Cancelled = Callable[[], bool]

_SOME = 32


def never() -> bool:
    """Return False: nobody stops it."""
    return False


def in_steps(items: Iterable[Each], cancelled: Cancelled) -> Iterator[Each]:
    """Yield the items as they come; raises Stopped once ``cancelled`` is true."""
    for place, item in enumerate(items):
        if not place % _SOME and cancelled():
            raise Stopped("nobody waits for it any more")
        yield item


def taken(stack: List[Each]) -> Iterator[Each]:
    """Take what lies on top of a stack until nothing is left; more may be laid on it meanwhile."""
    while stack:
        yield stack.pop()


class Steps(Tuple[Each, ...]):
    """Items that are gone through in steps, whoever does it; else a tuple like any other."""

    cancelled: Cancelled

    @classmethod
    def of(cls, items: Iterable[Each], cancelled: Cancelled) -> Steps[Each]:
        """Return some items; they are gathered in steps, too."""
        made = cls(in_steps(items, cancelled))
        made.cancelled = cancelled
        return made

    def __iter__(self) -> Iterator[Each]:
        return in_steps(super().__iter__(), self.cancelled)
