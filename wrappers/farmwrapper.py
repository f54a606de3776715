"""Runs inside a DCC what the word names (farmword.py), and tells the farm how it went. The same for every host.

On stdout: ``farmsubmit: begin MODULE:FUNCTION``, then one of ``farmsubmit: done in 3.2 s``, ``farmsubmit: error: WHY``
and ``farmsubmit: licence: WHY``. A word that cannot be read is told on stderr. What the function prints stands between.

Exit codes: 0 done, 1 failed, 2 the word cannot be read or names nothing, 75 no licence; what the function gives to
``sys.exit`` stays. It needs nothing but the standard library, for a render machine may have nothing else.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, Callable, Iterator, List, NamedTuple, NoReturn, Optional

import farmword
from farmword import VERSION, Word, WordError, find_function, read_word, reason

FAILED, UNREADABLE = 1, 2
#: EX_TEMPFAIL: worth another try later, for ``retryrc``.
NO_LICENCE = 75

#: What an exception says where a licence was not to be had, in the words of each program's own message. Those of
#: Maya are also seen where its preferences cannot be written.
LICENCE_TEXTS = (
    ("Maya", "Error encountered when initializing Maya"),
    ("Maya", "necessary write permissions of MAYA_APP_DIR"),
    ("Arnold", "abort_on_license_fail option"),
    ("V-Ray", "Could not obtain a license"),
    ("RenderMan", "{SEVERE} License"),
    ("Redshift", "Maxon licensing error"),
    ("Nuke", "FOUNDRY LICENSE ERROR REPORT"),
)
LICENCE_CLASSES = ("LicenseError", "LicenceError")

_OUR_FILES = (__file__, farmword.__file__, importlib.__file__)


class Outcome(NamedTuple):
    """How it went: ``state`` is done, failed or licence, ``value`` what the function returned, ``error`` a sentence."""

    state: str
    exit_code: int
    value: Any = None
    error: str = ""


def _nothing() -> None:
    """Start or end no host: it is there already, or it ends by itself."""


def main(text: str, start: Callable[[], None] = _nothing, stop: Callable[[], None] = _nothing) -> NoReturn:
    """Do what a word says and end the process with the exit code.

    ``start`` brings up the host, once the word is read and only where there is something to do; what it raises is told
    as an error of the function would be. ``stop`` clears away what the host leaves behind.
    """
    code = FAILED
    try:
        code = run(text, start)
        stop()
    except BaseException:
        # A mistake in this file, or in stop(): the function's own errors do not come this far.
        _say(traceback.format_exc().rstrip())
    leave(code)


def leave(code: int) -> NoReturn:
    """End the process at once with this exit code.

    The host must have no say in it: mayapy makes any exit code 0 while it closes Maya, and a plug-in that crashes while
    it is unloaded would make a good render a bad one. Source: Autodesk's tests of its own Maya plug-ins end this way.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(code)


def run(text: str, start: Callable[[], None] = _nothing) -> int:
    """Do what a word says, write the result file, and return the exit code."""
    _show_lines_at_once()
    try:
        word = read_word(text)
    except WordError as error:
        _flush_all()
        _say(f"farmsubmit: error: {error}", sys.stderr)
        return UNREADABLE
    if word.once and word.result and _is_done(word.result):
        _flush_all()
        _say("farmsubmit: already done, not run again")
        return 0
    started = time.time()
    _say(f"farmsubmit: begin {word.call}")
    outcome = _run_word(word, start)
    _flush_all()
    outcome = _write_result(word.result, outcome, started)
    _conclude(outcome, time.time() - started)
    return outcome.exit_code


def _conclude(outcome: Outcome, seconds: float) -> None:
    if outcome.state == "done":
        _say(f"farmsubmit: done in {max(seconds, 0):.1f} s")
        return
    label = "licence" if outcome.state == "licence" else "error"
    _say(f"farmsubmit: {label}: {outcome.error}", sys.stderr if outcome.exit_code == UNREADABLE else None)


# --- the function


def _run_word(word: Word, start: Callable[[], None]) -> Outcome:
    problem = _clear_result(word.result)
    if problem:
        return Outcome("failed", FAILED, error=problem)
    try:
        with _streams_kept():
            start()
            function = find_function(word.call, word.folders)
            running = threading.enumerate()
            outcome = _call(function, word)
        _tell_threads(running)
    except WordError as error:
        return Outcome("failed", UNREADABLE, error=str(error))
    except BaseException as error:
        return _failure(error)
    return outcome


@contextlib.contextmanager
def _streams_kept() -> Iterator[None]:
    """Put stdout and stderr back: what the function puts in their place would swallow what is still to be told."""
    streams = sys.stdout, sys.stderr
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams


def _call(function: Callable[..., Any], word: Word) -> Outcome:
    try:
        return Outcome("done", 0, function(word.what, word.paths))
    except SystemExit as error:
        code = _exit_code(error.code)
        if code == 0:
            return Outcome("done", 0)
        text = " ".join(error.code.split()) if isinstance(error.code, str) else f"it left with exit code {code}"
        return Outcome("licence" if code == NO_LICENCE else "failed", code, error=text)


def _exit_code(code: Any) -> int:
    if code is None:
        return 0
    # Systems keep eight bits of it: 256 would look like success.
    return int(code) if isinstance(code, int) and 0 <= code <= 255 else FAILED


def _tell_threads(before: List[threading.Thread]) -> None:
    left = [thread.name for thread in threading.enumerate() if thread not in before and not thread.daemon]
    if left:
        _say(f"farmsubmit: warning: threads of the function still run and are stopped: {', '.join(left)}")


# --- errors


def _failure(error: BaseException) -> Outcome:
    """Print the traceback of an error from the first line that is not the wrapper's, and return what to tell of it."""
    trace = _own_trace(error.__traceback__)
    _say("".join(traceback.format_exception(type(error), error, trace)).rstrip())
    text = _sentence(error, trace)
    if is_licence_error(error):
        return Outcome("licence", NO_LICENCE, error=text)
    code = _exit_code(error.code) if isinstance(error, SystemExit) else FAILED
    return Outcome("failed", code or FAILED, error=text)


def _own_trace(trace: Optional[TracebackType]) -> Optional[TracebackType]:
    while trace and _is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def _is_ours(path: str) -> bool:
    return path in _OUR_FILES or path.startswith("<frozen importlib")


def _sentence(error: BaseException, trace: Optional[TracebackType]) -> str:
    text = ": ".join(filter(None, (type(error).__name__, _text(error)[:1000])))
    # Where an import failed, the machinery of imports stands behind the line that somebody wrote.
    frames = [frame for frame in traceback.extract_tb(trace) if not _is_ours(frame.filename)]
    # A syntax error names its own place.
    if not frames or isinstance(error, SyntaxError):
        return text
    return f"{text} ({Path(frames[-1].filename).name}, line {frames[-1].lineno})"


def _text(error: BaseException) -> str:
    try:
        return " ".join(str(error).split())
    except Exception:
        return "an error that cannot be told"


def is_licence_error(error: BaseException) -> bool:
    """Tell whether an exception, or one that led to it, says that a licence was not to be had."""
    return any(_says_licence(one) for one in _chain(error))


def _chain(error: Optional[BaseException]) -> Iterator[BaseException]:
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _says_licence(error: BaseException) -> bool:
    text = _text(error)
    named = any(parent.__name__ in LICENCE_CLASSES for parent in type(error).__mro__)
    return named or any(part in text for _, part in LICENCE_TEXTS)


# --- the result file


def _is_done(path: Path) -> bool:
    try:
        result = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(result, dict) and result.get("farmsubmit") == VERSION and result.get("state") == "done"


def _clear_result(path: Optional[Path]) -> str:
    """Make the folder of the result file and remove an earlier result; return what is wrong, or an empty text.

    A result that is there later is then that of this run, even where the host crashed; and a folder that cannot be
    made is noticed before an hour of rendering.
    """
    if path is None:
        return ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
    except (OSError, ValueError) as error:
        return f"the result file {path} cannot be written: {reason(error)}"
    return ""


def _write_result(path: Optional[Path], outcome: Outcome, started: float) -> Outcome:
    """Write the result file and return the outcome: another one where the value or the file cannot be written."""
    if path is None:
        return outcome
    try:
        text = _result_text(outcome, started)
    except (TypeError, ValueError, RecursionError) as error:
        outcome = Outcome("failed", FAILED, error=f"what the function returned is no JSON: {reason(error)}")
        text = _result_text(outcome, started)
    try:
        _write_whole(path, text)
    except (OSError, ValueError) as error:
        problem = f"the result file {path} cannot be written: {reason(error)}"
        return outcome if outcome.error else Outcome("failed", FAILED, error=problem)
    return outcome


def _result_text(outcome: Outcome, started: float) -> str:
    import socket

    times = {"started": started, "ended": time.time(), "host": socket.gethostname()}
    return json.dumps({"farmsubmit": VERSION, **outcome._asdict(), **times}, allow_nan=False)


def _write_whole(path: Path, text: str) -> None:
    import uuid

    part = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with part.open("x", encoding="ascii") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


# --- the log


def _show_lines_at_once() -> None:
    """Let lines reach the farm's log when they are printed, and let no letter that its encoding lacks stop a render."""
    for stream in (sys.stdout, sys.stderr):
        # Some hosts put streams of their own in place, which cannot be told how.
        with contextlib.suppress(Exception):
            stream.reconfigure(errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]


def _say(line: str, stream: Any = None) -> None:
    stream = stream or sys.stdout
    # A log that cannot be written to is no reason to lose the result.
    with contextlib.suppress(Exception):
        try:
            stream.write(f"{line}\n")
        except UnicodeEncodeError:
            stream.write(f"{line.encode('ascii', 'backslashreplace').decode('ascii')}\n")
        stream.flush()


def _flush_all() -> None:
    """Bring out what logging handlers and the host's C libraries still hold back: leave() would drop it."""
    logging = sys.modules.get("logging")
    try:
        if logging:
            logging.shutdown()
    except Exception as error:
        _say(f"farmsubmit: warning: a logging handler lost its last lines: {_text(error)}")
    with contextlib.suppress(Exception):
        sys.stdout.flush()
    # In a thread, for fflush would wait for ever where another thread holds a C stream.
    flush = threading.Thread(target=_flush_c_streams, daemon=True)
    with contextlib.suppress(RuntimeError):
        flush.start()
        flush.join(5)


def _flush_c_streams() -> None:
    with contextlib.suppress(Exception):
        import ctypes

        ctypes.CDLL("ucrtbase" if os.name == "nt" else None).fflush(None)


if __name__ == "__main__":
    # A Python without any DCC is a host too.
    main(sys.argv[-1] if len(sys.argv) > 1 else "")
