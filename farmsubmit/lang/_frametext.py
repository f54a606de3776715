"""Frame numbers and frame sets as text: reading, with the column of a mistake, and writing.

Private to farmsubmit.lang.frames, whose docstring has the syntax.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Iterable

from farmsubmit.errors import FrameError
from farmsubmit.lang._frameruns import Frame, Run, between, plain, single, size

MAX_FRAMES = 10_000_000
"""The most frames that a set may hold; more is a slip of the finger such as ``1-1000000000x0.0001``."""

MAX_DIGITS = 12
MAX_DECIMALS = 9

_EXAMPLE = "write frames such as 7, 1001-1100 or 1-100x5"
_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_BLANKS = re.compile(r"\s*")
_STEP_SIGNS = ("x", "X", ":")
_DASH_PROBLEM = ("this dash is not the minus of the keyboard", "write '-'")
# What a character that cannot follow a complete part most likely means: the problem, and what to write.
_MISPLACED = {
    "-": ("a range has one first and one last frame", "put a comma between two ranges"),
    ".": ("the digits after '.' are missing", "write a sub-frame such as 1.25"),
    "e": ("'e' cannot stand in a number", "write all digits of the frame"),
    "\u2013": _DASH_PROBLEM,
    "\u2014": _DASH_PROBLEM,
    "\u2212": _DASH_PROBLEM,
}


def as_frame(value: object) -> Frame:
    """Return an int, float or Fraction as a frame number; a float is taken at 9 decimals."""
    if type(value) is int and abs(value) < 10**MAX_DIGITS:
        # Nearly all frames are, and tables ask for thousands.
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, Fraction)):
        raise FrameError("this is not a frame number", str(value), 0, "give an int, a float or a Fraction")
    if isinstance(value, float) and not math.isfinite(value):
        raise FrameError("a frame number is finite", str(value), 0)
    exact = Fraction(repr(round(value, MAX_DECIMALS))) if isinstance(value, float) else Fraction(value)
    if abs(exact) >= 10**MAX_DIGITS:
        raise FrameError(f"a frame number has at most {MAX_DIGITS} digits before the point", "a huge number", 0)
    if 10**MAX_DECIMALS % exact.denominator:
        raise FrameError(f"a sub-frame has at most {MAX_DECIMALS} decimals", str(value), 0, "round it first")
    return plain(exact)


def frame_text(frame: Frame, padding: int = 0) -> str:
    """Return a frame number as it stands in a file name or a frame set.

    ``padding`` is the least width in characters of the part before the point, its sign included, as in ``%04d``:
    with 4, the frames 7, -5 and 1.25 are ``0007``, ``-005`` and ``0001.25``. Raises FrameError on what is no frame
    number, such as a third.
    """
    exact = as_frame(frame)
    if isinstance(exact, int):
        return str(exact).zfill(padding)
    whole, decimals = divmod(int(abs(exact) * 10**MAX_DECIMALS), 10**MAX_DECIMALS)
    sign = "-" if exact < 0 else ""
    return f"{sign}{whole}".zfill(padding) + f".{decimals:0{MAX_DECIMALS}}".rstrip("0")


def runs_text(runs: Iterable[Run]) -> str:
    """Return canonical runs as the text of a frame set."""
    return ",".join(_run_text(run) for run in runs)


def _run_text(run: Run) -> str:
    first, last = frame_text(run.first), frame_text(run.last)
    if run.length == 1:
        return first
    if run.length == 2 and run.step != 1:
        return f"{first},{last}"
    step = size(run.step)
    return f"{first}-{last}" + (f"x{frame_text(step)}" if step != 1 else "")


def read_runs(text: str) -> list[Run]:
    """Return the parts of a frame set in the order written, repeated frames included."""
    reader = _Reader(text)
    reader.skip_blanks()
    if not reader.here:
        raise reader.mistake("there are no frames", _EXAMPLE)
    runs: list[Run] = []
    total = 0
    while True:
        start = reader.at
        runs.append(_read_part(reader))
        total += runs[-1].length
        check_count(total, text, start)
        if not _read_separator(reader):
            return runs


def check_count(total: int, text: str, position: int) -> None:
    """Raise FrameError when a set would hold more than MAX_FRAMES frames."""
    if total > MAX_FRAMES:
        raise FrameError(f"{total:,} frames are too many", text, position, f"a frame set holds at most {MAX_FRAMES:,}")


class _Reader:
    """A text, and how far it has been read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def here(self) -> str:
        """The next character, or an empty string at the end."""
        return self.text[self.at : self.at + 1]

    def take(self, *characters: str) -> bool:
        """Step over the next character if it is one of those given."""
        if self.here not in characters:
            return False
        self.at += 1
        return True

    def skip_blanks(self) -> None:
        """Step over blanks, tabs and line ends."""
        blanks = _BLANKS.match(self.text, self.at)
        self.at = blanks.end() if blanks else self.at

    def mistake(self, problem: str, hint: str) -> FrameError:
        """Return the error for what stands here."""
        return FrameError(problem, self.text, self.at, hint)


def _read_part(reader: _Reader) -> Run:
    first = _read_number(reader, "frame")
    if reader.here in _STEP_SIGNS:
        raise reader.mistake("a step needs a range", f"write a range such as {frame_text(first)}-100x2")
    if not reader.take("-"):
        return single(first)
    last = _read_number(reader, "last frame")
    if not reader.take(*_STEP_SIGNS):
        return between(first, last, 1)
    step = _read_step(reader)
    if reader.here in _STEP_SIGNS:
        raise reader.mistake("a range has one step", "put a comma between two ranges")
    return between(first, last, step)


def _read_step(reader: _Reader) -> Frame:
    if reader.here == "-":
        raise reader.mistake("a step has no sign", "to count down write the larger frame first, such as 10-1x2")
    start = reader.at
    step = _read_number(reader, "step")
    if step == 0:
        reader.at = start
        raise reader.mistake("a step of 0 never arrives", "write a step above 0, such as 1-10x2")
    return step


def _read_number(reader: _Reader, what: str) -> Frame:
    found = _NUMBER.match(reader.text, reader.at)
    if not found:
        raise _no_number(reader, what)
    digits, decimals = found[2].lstrip("0") or "0", (found[3] or "").rstrip("0")
    if len(digits) > MAX_DIGITS or len(decimals) > MAX_DECIMALS:
        limits = f"at most {MAX_DIGITS} digits before the point and {MAX_DECIMALS} after it"
        raise reader.mistake(f"the {what} has too many digits", limits)
    reader.at = found.end()
    value: Frame = plain(Fraction(int(digits + decimals), 10 ** len(decimals))) if decimals else int(digits)
    return -value if found[1] else value


def _no_number(reader: _Reader, what: str) -> FrameError:
    here = reader.here
    if not here:
        return reader.mistake(f"the {what} is missing", _EXAMPLE)
    if here == "-":
        return reader.mistake("the digits after '-' are missing", "write a range without blanks, such as 1-10")
    if here.isdigit():
        return reader.mistake(f"{here!r} is not a digit that files are numbered with", "write the digits 0 to 9")
    if _MISPLACED.get(here) == _DASH_PROBLEM:
        return reader.mistake(*_DASH_PROBLEM)
    return reader.mistake(f"the {what} must be a number, not {here!r}", _EXAMPLE)


def _read_separator(reader: _Reader) -> bool:
    """Step over blanks and one comma between parts, and say whether another part follows."""
    start = reader.at
    reader.skip_blanks()
    comma = reader.take(",")
    reader.skip_blanks()
    if comma and reader.here in ("", ","):
        raise reader.mistake("a frame is missing after the comma", "put one comma between two parts")
    if not reader.here:
        return False
    if reader.at == start:
        other = (f"{reader.here!r} cannot stand here", "put a comma between frames, such as 1-10,20")
        raise reader.mistake(*_MISPLACED.get(reader.here, other))
    return True
