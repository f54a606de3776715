"""Frame sets: which frames, in which order, cut into which chunks.

The syntax is a list of parts, separated by commas or blanks:

| part | frames |
| --- | --- |
| ``7`` | one frame; ``-7`` and the sub-frame ``1.25`` are frames too |
| ``1001-1100`` | a range; both ends may be negative: ``-10--5`` |
| ``1001-1100x5`` | a range with a step above 0; ``1001-1100:5`` is the same, as OpenJD writes it |
| ``10-1x3`` | a range that counts down: 10 7 4 1 |

Parts keep their order (``1-3,10,5`` is 1 2 3 10 5) and a frame that comes again keeps its first place. No blank stands
inside a part, so ``1 -10`` is the frames 1 and -10. Numbers are exact: at most 12 digits before the point, 9 after it.
A set holds at most MAX_FRAMES frames, and parts that lie across each other (``1-10,5-20``) a million. In OpenCue's
frame specs ``:`` means something else, interleaving.

Source: the ``first-lastxstep`` form that Deadline, OpenCue, Gaffer and AYON share; OpenJD for ``:``. Tractor has no
frame syntax of its own: what it runs is tasks.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import Iterable, Iterator, Optional, Union

from farmsubmit.errors import FrameError
from farmsubmit.lang._frameorder import ORDERS, order_chunks, ordered_indices
from farmsubmit.lang._frameruns import Frame, Run, between, canonical, cut, single, size, unique
from farmsubmit.lang._frametext import MAX_FRAMES, as_frame, check_count, frame_text, read_runs, runs_text

__all__ = ["MAX_FRAMES", "ORDERS", "Frame", "FrameSet", "frame_text", "order_chunks", "ordered_indices"]


class FrameSet:
    """Frames in an order, none of them twice; it never changes after it was made.

    Make one with ``parse``, ``of`` or ``from_range``; ``FrameSet()`` is empty. ``str()`` gives the compact text, and
    ``FrameSet.parse(str(frames)) == frames`` for every set that is not empty. Sets are equal when they hold the same
    frames in the same order. A range is stored as a range, so its length costs nothing. ``in`` walks the ranges.
    """

    __slots__ = ("_length", "_runs")

    def __init__(self, _runs: Iterable[Run] = ()) -> None:
        self._runs = canonical(_runs)
        self._length = sum(run.length for run in self._runs)

    @classmethod
    def parse(cls, text: str) -> FrameSet:
        """Return the frames that a text names; raises FrameError, with the column, on a mistake or too many frames."""
        return _parsed(text)

    @classmethod
    def of(cls, frames: Iterable[Union[Frame, float]]) -> FrameSet:
        """Return a set of frame numbers in the order given; the first place of a repeated one wins.

        A float is taken at 9 decimals, so 0.1 + 0.2 is 0.3. Raises FrameError on anything that is no frame number,
        on one with more than 12 digits before or 9 after the point, and on too many.
        """
        if isinstance(frames, range):
            return cls._of_range(frames)
        numbers = dict.fromkeys(as_frame(frame) for frame in islice(frames, MAX_FRAMES + 1))
        check_count(len(numbers), "a list of numbers", 0)
        return cls(single(number) for number in numbers)

    @classmethod
    def _of_range(cls, frames: range) -> FrameSet:
        if not frames:
            return cls()
        return cls.from_range(frames[0], frames[-1], abs(frames.step))

    @classmethod
    def from_range(
        cls, first: Union[Frame, float], last: Union[Frame, float], step: Union[Frame, float] = 1
    ) -> FrameSet:
        """Return the frames from ``first`` towards ``last``, both included where the step meets them.

        It counts down when ``last`` is the smaller; ``step`` is above 0 either way. Raises FrameError on another step,
        on anything that is no frame number, and on too many frames.
        """
        ends = (as_frame(first), as_frame(last), as_frame(step))
        text = f"{frame_text(ends[0])}-{frame_text(ends[1])}x"
        if ends[2] <= 0:
            hint = "a step is above 0; to count down give the larger frame first"
            raise FrameError("the step goes nowhere", text + frame_text(ends[2]), len(text), hint)
        run = between(*ends)
        check_count(run.length, text + frame_text(ends[2]), 0)
        return cls([run])

    def __iter__(self) -> Iterator[Frame]:
        for run in self._runs:
            yield from run.frames()

    def __len__(self) -> int:
        return self._length

    def __contains__(self, frame: object) -> bool:
        try:
            number = as_frame(frame)
        except FrameError:
            return False
        return any(run.holds(number) for run in self._runs)

    def __eq__(self, other: object) -> bool:
        return self._runs == other._runs if isinstance(other, FrameSet) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._runs)

    def __str__(self) -> str:
        return runs_text(self._runs)

    def __repr__(self) -> str:
        return f"FrameSet.parse({str(self)!r})" if self else "FrameSet()"

    @property
    def first(self) -> Frame:
        """The frame in the first place; FrameError if there is none."""
        return self._some_runs()[0].first

    @property
    def last(self) -> Frame:
        """The frame in the last place; FrameError if there is none."""
        return self._some_runs()[-1].last

    @property
    def min(self) -> Frame:
        """The smallest frame; FrameError if there is none."""
        return min(run.low for run in self._some_runs())

    @property
    def max(self) -> Frame:
        """The largest frame; FrameError if there is none."""
        return max(run.high for run in self._some_runs())

    def _some_runs(self) -> tuple[Run, ...]:
        if not self._runs:
            raise FrameError("an empty frame set has no first or last frame", "", 0)
        return self._runs

    @property
    def step(self) -> Optional[Frame]:
        """The distance between neighbours if it is the same throughout (negative when counting down), or None.

        A set of one frame, and an empty one, have no step.
        """
        return self._runs[0].step if len(self._runs) == 1 and len(self) > 1 else None

    @property
    def whole(self) -> bool:
        """Whether no frame is a sub-frame."""
        return not any(isinstance(number, Fraction) for run in self._runs for number in (run.first, run.step))

    def sorted(self) -> FrameSet:
        """Return the same frames, the smallest first."""
        if len(self._runs) == 1:
            run = self._runs[0]
            return FrameSet([between(run.low, run.high, size(run.step))])
        return FrameSet(single(frame) for frame in sorted(self))

    def union(self, other: FrameSet) -> FrameSet:
        """Return these frames, then those of the other set that are not among them."""
        joined = FrameSet(unique([*self._runs, *other._runs], "a union"))
        check_count(len(joined), "a union", 0)
        return joined

    def minus(self, other: FrameSet) -> FrameSet:
        """Return these frames without those of the other set; the result may be empty."""
        gone = set(other)
        return FrameSet(single(frame) for frame in self if frame not in gone)

    def chunk_by_size(self, length: int) -> list[FrameSet]:
        """Cut into chunks of ``length`` frames, the last one shorter if need be; FrameError if it is below 1."""
        _check_at_least_one(length, "a chunk holds at least one frame")
        full, rest = divmod(len(self), length)
        return self._cut([length] * full + ([rest] if rest else []))

    def chunk_by_count(self, count: int) -> list[FrameSet]:
        """Cut into ``count`` chunks, of which the first ones are longer by one frame if it does not divide evenly.

        There are fewer chunks when there are fewer frames: none is ever empty. FrameError if ``count`` is below 1.
        """
        _check_at_least_one(count, "there is at least one chunk")
        chunks = min(count, len(self)) or 1
        length, longer = divmod(len(self), chunks)
        return self._cut([length + 1] * longer + [length] * (chunks - longer)) if self else []

    def _cut(self, lengths: list[int]) -> list[FrameSet]:
        return [FrameSet(piece) for piece in cut(self._runs, lengths)]

    def ordered(self, name: str) -> FrameSet:
        """Return the frames in a named order of their places in this set; see ordered_indices for the names.

        ``forward`` is the set as it is: sort it first where the smallest frame should come first.
        """
        return FrameSet(single(frame) for frame in order_chunks(list(self), name))


@lru_cache(maxsize=1024)
def _parsed(text: str) -> FrameSet:
    # Each task of a large job says its frames several times while it is built.
    return FrameSet(unique(read_runs(text), text))


def _check_at_least_one(number: int, problem: str) -> None:
    if number < 1:
        raise FrameError(problem, str(number), 0, "give 1 or more")
