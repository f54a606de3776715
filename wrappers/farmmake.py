# ruff: noqa: PTH103, PTH105, PTH107, PTH118, PTH120, PTH122, PTH123, PTH202, PTH208
# Not pathlib: it would take the "./" from a name that starts with a minus sign, and it takes long to import.
"""Runs one command that makes a file: what the file is made of must be there, and half of it is never seen.

    farmmake.py [--of PATTERN --frames FRAMES] [--makes FILE] [--folder-of FILE] -- PROGRAM [WORD …]

``--of`` and ``--frames`` name files that must be there and hold something: the last run of ``#`` in the file name is
the frame, as in ``b.-0003.png`` or ``b.0001.5.png``, and FRAMES is like ``-3-2,10-20x5``. ``--makes`` is the word of
the command that names its output: the command writes beside it under another name, and the file is renamed when it is
whole. The folders of ``--makes`` and ``--folder-of`` are made.

The exit code is that of the command. Where it cannot be started, or files are missing, the last line says so as
``farmsubmit: error: WHY``, with 127 for a program that is not there, 2 for words that cannot be read, and else 1. It
needs nothing but Python 3.7 or newer.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import uuid
from decimal import Decimal
from typing import Any, Dict, Iterator, List, NoReturn, Optional, Tuple

FAILED, UNREADABLE, NOT_FOUND = 1, 2, 127
KILL_AFTER = 5.0
# More ranges than this say no more.
MOST_RANGES = 20

_OPTIONS = ("--of", "--frames", "--makes", "--folder-of")
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_RANGE = re.compile(f"{_NUMBER}(?:-{_NUMBER}(?:x{_NUMBER})?)?")
_PLACE = re.compile("#+(?=[^#]*$)")


class Refused(Exception):
    """Why nothing was made, in words, and the exit code for it."""

    def __init__(self, why: str, code: int = FAILED) -> None:
        super().__init__(why)
        self.code = code


def main(argv: List[str]) -> int:
    """Do what the words say and return the exit code."""
    # A name that the log cannot show must not hide what is wrong.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _leave)
    try:
        options, command = read_words(argv)
        if "--of" in options:
            check_frames(options["--of"], options.get("--frames", ""))
        for name in ("--folder-of", "--makes"):
            if name in options:
                make_folder_of(options[name])
        return make(options["--makes"], command) if "--makes" in options else run(command)
    except Refused as error:
        sys.stdout.write(f"farmsubmit: error: {error}\n")
        sys.stdout.flush()
        return error.code


def _leave(number: int, _: Any) -> NoReturn:
    sys.exit(128 + number)


def read_words(argv: List[str]) -> Tuple[Dict[str, str], List[str]]:
    """Return the options by name, and the command; raises Refused."""
    end = argv.index("--") if "--" in argv else len(argv)
    names, values, command = argv[:end:2], argv[1:end:2], argv[end + 1 :]
    unknown = [name for name in names if name not in _OPTIONS]
    if unknown or len(names) != len(values) or not command:
        why = f"{unknown[0]!r} is none of {', '.join(_OPTIONS)}" if unknown else "there is no command behind '--'"
        raise Refused(why, UNREADABLE)
    return dict(zip(names, values)), command


# --- what it is made of


def check_frames(pattern: str, frames: str) -> None:
    """Raise Refused, with the frames as ranges, where files are not there, hold nothing or cannot be read."""
    folder = os.path.dirname(pattern)
    # Looking at the folder lets a network disk see what other blades have just written.
    with contextlib.suppress(OSError):
        os.listdir(folder or ".")
    count = 0
    lacking: Dict[str, List[Decimal]] = {}
    for frame in frames_of(frames):
        count += 1
        problem = problem_of(frame_path(pattern, frame))
        if problem:
            lacking.setdefault(problem, []).append(frame)
    if lacking:
        told = "; ".join(f"{len(found)} {problem}: {ranges(found)}" for problem, found in sorted(lacking.items()))
        raise Refused(f"of the {count} frames of {pattern} {told}")


def frames_of(text: str) -> Iterator[Decimal]:
    """Give the frames of a text such as ``-3-2,10-20x5``; raises Refused."""
    for part in text.split(","):
        found = _RANGE.fullmatch(part)
        step = Decimal(found.group(3) or 1) if found else Decimal(0)
        if not found or step <= 0:
            raise Refused(f"{part!r} in the frames {text!r} is no frame or range upwards", UNREADABLE)
        frame, last = Decimal(found.group(1)), Decimal(found.group(2) or found.group(1))
        while frame <= last:
            yield frame
            frame += step


def frame_path(pattern: str, frame: Decimal) -> str:
    """Return the file of a frame: a minus sign stands before all digits, and decimals behind them; raises Refused."""
    start = max(pattern.rfind("/"), pattern.rfind("\\")) + 1
    found = _PLACE.search(pattern, start)
    if not found:
        raise Refused(f"{pattern!r} has no #### for the frame", UNREADABLE)
    return pattern[: found.start()] + frame_text(frame, len(found.group())) + pattern[found.end() :]


def frame_text(frame: Decimal, digits: int = 0) -> str:
    """Return a frame as it stands in a file name, with at least so many digits before the point."""
    whole, point, decimals = format(abs(frame).normalize(), "f").partition(".")
    return ("-" if frame < 0 else "") + whole.zfill(digits) + point + decimals


def problem_of(path: str) -> str:
    """Return what is wrong with a file, or an empty text."""
    try:
        # Opened, for a network disk tells an old size of a file that is only looked at.
        with open(path, "rb", buffering=0) as stream:
            return "" if stream.read(1) else "empty"
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        return f"not readable ({error.strerror})"


def ranges(frames: List[Decimal]) -> str:
    """Return frames that go upwards as ranges, ``1-3, 7``."""
    runs: List[List[Decimal]] = []
    for frame in frames:
        if runs and frame == runs[-1][-1] + 1:
            runs[-1].append(frame)
        else:
            runs.append([frame])
    told = ["-".join(map(frame_text, sorted({run[0], run[-1]}))) for run in runs[:MOST_RANGES]]
    return ", ".join(told + ["…"] * (len(runs) > MOST_RANGES))


# --- what is made


def make_folder_of(path: str) -> None:
    """Make the folder of a file; raises Refused."""
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder or ".", exist_ok=True)
    except OSError as error:
        raise Refused(f"the folder {folder} cannot be made: {error.strerror}") from None


def make(path: str, command: List[str]) -> int:
    """Run a command that writes a file, and put the file in its place when it is whole; raises Refused."""
    if path not in command[1:]:
        raise Refused(f"the command does not name its output {path!r}", UNREADABLE)
    # The ending stays, for by it programs know what to write.
    part = os.path.join(os.path.dirname(path), f".{uuid.uuid4().hex}.part{os.path.splitext(path)[1]}")
    last = len(command) - 1 - command[::-1].index(path)
    try:
        with told_of(path):
            open(part, "xb").close()
        code = run([*command[:last], part, *command[last + 1 :]])
        if code:
            return code
        with told_of(path):
            if not os.path.getsize(part):
                raise Refused(f"{command[0]} ended well, but wrote nothing into {path}")
            os.replace(part, path)
        return 0
    finally:
        with contextlib.suppress(OSError):
            os.remove(part)


@contextlib.contextmanager
def told_of(path: str) -> Iterator[None]:
    """Say of an error which file cannot be written; raises Refused."""
    try:
        yield
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}") from None


def run(command: List[str]) -> int:
    """Run a command to its end, with the streams of this process, and return its exit code; raises Refused."""
    process: Optional[subprocess.Popen[bytes]] = None
    try:
        # Windows finds rez-env.bat and the like no other way.
        process = subprocess.Popen([shutil.which(command[0]) or command[0], *command[1:]])
        code = process.wait()
    except FileNotFoundError:
        where = "there is no such file" if os.path.dirname(command[0]) else "not found on PATH"
        raise Refused(f"cannot start {command[0]!r}: {where}", NOT_FOUND) from None
    except OSError as error:
        raise Refused(f"cannot start {command[0]!r}: {error.strerror}") from None
    finally:
        if process:
            end(process)
    if code < 0:
        return 128 - code
    return code if code < 256 else FAILED


def end(process: subprocess.Popen[bytes]) -> None:
    """See that a program that still runs ends: this process was asked to."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(KILL_AFTER)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
