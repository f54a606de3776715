"""Runs, the ranges that a frame set is stored as: a plain range of a million frames is one run, not a list.

Private to farmsubmit.lang.frames. A run counts up or down in equal steps; a frame set is a tuple of runs in
canonical form, so that two sets with the same frames in the same order have equal runs.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Iterable, Iterator, NamedTuple, Optional, Union

from farmsubmit.errors import FrameError

MAX_CROSSING = 1_000_000
"""The most frames that parts which lie across each other may hold: they alone are compared frame by frame."""

Frame = Union[int, Fraction]
"""A frame number: an int when whole, a Fraction for a sub-frame; no float, so that 1-2x0.1 holds 1.3 exactly."""


class Run(NamedTuple):
    """``length`` frames from ``first`` on, ``step`` apart; the step of a single frame is 1."""

    first: Frame
    step: Frame
    length: int

    @property
    def last(self) -> Frame:
        """The frame at the far end."""
        return plain(self.first + self.step * (self.length - 1))

    @property
    def following(self) -> Frame:
        """The frame that would make the run longer by one."""
        return self.first + self.step * self.length

    @property
    def low(self) -> Frame:
        """The smallest frame."""
        return min(self.first, self.last)

    @property
    def high(self) -> Frame:
        """The largest frame."""
        return max(self.first, self.last)

    def frames(self) -> Iterator[Frame]:
        """Give each frame in the order of the run."""
        if isinstance(self.first, int) and isinstance(self.step, int):
            return iter(range(self.first, self.first + self.step * self.length, self.step))
        return (plain(self.first + self.step * place) for place in range(self.length))

    def holds(self, frame: Frame) -> bool:
        """Say whether a frame is in the run."""
        place, off = divmod(frame - self.first, self.step)
        return off == 0 and 0 <= place < self.length

    def cut(self, start: int, stop: int) -> Run:
        """Return the frames at the places ``start`` up to, but not including, ``stop``."""
        first = plain(self.first + self.step * start)
        return Run(first, self.step, stop - start) if stop - start > 1 else single(first)


def plain(frame: Frame) -> Frame:
    """Return a whole frame as int and any other as it is."""
    return frame.numerator if frame.denominator == 1 else frame


def size(frame: Frame) -> Frame:
    """Return a frame number or step without its sign."""
    return frame if frame >= 0 else -frame


def single(frame: Frame) -> Run:
    """Return the run of one frame."""
    return Run(frame, 1, 1)


def between(first: Frame, last: Frame, step: Frame) -> Run:
    """Return the run from ``first`` towards ``last``, up or down; ``step`` is above 0."""
    length = size(last - first) // step + 1
    if length == 1:
        return single(first)
    return Run(first, step if last > first else -step, length)


def canonical(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the same frames in the one form that depends on nothing but the frames and their order."""
    done: list[Run] = []
    for run in runs:
        rest: Optional[Run] = run
        while rest is not None:
            rest = _absorb(done, rest)
    return tuple(done)


def _absorb(done: list[Run], run: Run) -> Optional[Run]:
    """Put the front of a run at the end of ``done``, and return what is still to be put there."""
    last = done[-1] if done else None
    if last is None:
        done.append(run)
        return None
    if last.length == 1:
        done[-1] = Run(last.first, plain(run.first - last.first), 2)
        return _after_first(run)
    if run.first == last.following:
        fits = run.length == 1 or run.step == last.step
        done[-1] = last._replace(length=last.length + (run.length if fits else 1))
        return None if fits else _after_first(run)
    if last.length == 2 and last.step != 1:
        # 1,3 is not a run unless 5 follows; its second frame may begin a better one: 1,3,4,5 is 1,3-5.
        done[-1:] = [single(last.first), single(last.last)]
        return run
    done.append(run)
    return None


def _after_first(run: Run) -> Optional[Run]:
    return run.cut(1, run.length) if run.length > 1 else None


def unique(runs: list[Run], text: str) -> Iterator[Run]:
    """Give the runs without the frames that came before; only runs that lie across another are looked into.

    ``text`` is what FrameError quotes when those hold more than MAX_CROSSING frames.
    """
    crossing = _crossing(runs)
    total = sum(runs[place].length for place in crossing)
    if total > MAX_CROSSING:
        hint = f"at most {MAX_CROSSING:,}; write the ranges side by side"
        raise FrameError(f"parts that lie across each other hold {total:,} frames", text, 0, hint)
    seen: set[Frame] = set()
    for place, run in enumerate(runs):
        if place not in crossing:
            yield run
            continue
        for frame in run.frames():
            if frame not in seen:
                seen.add(frame)
                yield single(frame)


def _crossing(runs: list[Run]) -> set[int]:
    """Return the places of the runs whose span, from low to high, touches the span of another."""
    found: set[int] = set()
    widest: Optional[int] = None
    for place in sorted(range(len(runs)), key=lambda place: runs[place].low):
        if widest is not None and runs[place].low <= runs[widest].high:
            found.update((place, widest))
        if widest is None or runs[place].high > runs[widest].high:
            widest = place
    return found


def cut(runs: Iterable[Run], lengths: Iterable[int]) -> Iterator[list[Run]]:
    """Cut the frames into pieces of the given lengths, which together are as long as the runs."""
    waiting = iter(runs)
    rest: Optional[Run] = None
    for length in lengths:
        piece: list[Run] = []
        missing = length
        while missing:
            run = rest or next(waiting)
            taken = min(missing, run.length)
            piece.append(run.cut(0, taken))
            rest = run.cut(taken, run.length) if taken < run.length else None
            missing -= taken
        yield piece
