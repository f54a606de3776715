"""One command: started, watched through its log file, ended on demand.

The program writes straight into its log file, so a slow runner never holds it up, and neither does a dead one. What
it says of itself is read back from that file. Where a status filter wants its lines, they pass through that first.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

from farmsubmit.engines.local.groups import end_group, fingerprint, group_is_alive, start_group
from farmsubmit.engines.local.output import OutputScanner
from farmsubmit.engines.local.pump import LineFilter, Pump

KILL_AFTER = 5.0
END_AFTER_STATUS = 2.0
# How long the output of a program that has ended is waited for, where another one still holds its pipe.
DRAIN = 2.0
_PIECE = 1 << 20


@dataclass(frozen=True)
class Launch:
    """A command as it is started: its words after all substitutions, and the text for its standard input.

    ``label`` is what the log's first line calls it. ``cwd`` None is the folder of the runner. ``script`` is the file
    that takes the standard output, where that is to be grafted and no text for the log.
    """

    label: str
    argv: List[str]
    env: Dict[str, str]
    log: Path
    msg: Optional[str] = None
    cwd: Optional[str] = None
    script: Optional[Path] = None

    @property
    def expansions(self) -> Path:
        """The folder for job scripts that it names itself; it goes when the command has ended."""
        return expansions(self.log)


def expansions(log: Path) -> Path:
    """Return the folder for the job scripts of the command with this log."""
    return log.with_suffix(".expansions")


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code (negative for a signal), seconds it took, and why it was stopped, if it was."""

    code: int
    seconds: float = 0.0
    reason: str = ""


class Running:
    """A command that runs; raises OSError or ValueError where it does not start.

    ``on_exit`` is called in another thread when the program has ended. ``keep`` filters the lines for the log.
    """

    def __init__(self, launch: Launch, on_exit: Callable[[Running], None], keep: Optional[LineFilter] = None) -> None:
        self.launch = launch
        self.scanner = OutputScanner()
        self.stop_reason = ""
        self.began = time.monotonic()
        self._stopped_at: Optional[float] = None
        self._forced = False
        self._status_at: Optional[float] = None
        self._last_byte = b"\n"
        self._tail: Any = None
        self._drained = False
        self._process = self._start(subprocess.PIPE if keep else None)
        pipe = self._process.stdout or self._process.stderr
        self._pump = Pump(pipe, launch.log, keep) if keep else None
        self.pid = int(self._process.pid)
        self.mark = fingerprint(self.pid)
        threading.Thread(target=self._watch, args=(on_exit,), daemon=True).start()

    def _start(self, pipe: Optional[int]) -> Any:
        launch = self.launch
        with ExitStack() as opened:
            log = opened.enter_context(write_header(launch))
            output: Tuple[Any, Any] = (pipe or log, subprocess.STDOUT)
            if launch.script:
                output = opened.enter_context(_opened(launch.script, "wb")), pipe or log
            self._tail = launch.log.open("rb")
            self._tail.seek(log.tell())
            try:
                stdin = opened.enter_context(_message(launch.msg))
                return start_group(launch.argv, launch.env, launch.cwd, (stdin, *output))
            except BaseException:
                self._tail.close()
                raise

    def _watch(self, on_exit: Callable[[Running], None]) -> None:
        self._process.wait()
        if self._pump:
            self._pump.wait(DRAIN)
        self._drained = True
        on_exit(self)

    @property
    def exited(self) -> bool:
        """Whether the program itself has ended; others of its group may go on."""
        return self._process.returncode is not None

    @property
    def over(self) -> bool:
        """Whether nothing more is to be waited for: it ended, and where it was stopped, its whole group did."""
        if not self._drained:
            return False
        return self._stopped_at is None or self._forced or not group_is_alive(self._process.pid)

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.began

    def stop(self, reason: str) -> None:
        """Ask the whole group to end; tick() makes it, five seconds later."""
        if self._stopped_at is None and not self.exited:
            self.stop_reason = reason
            self._stopped_at = time.monotonic()
            end_group(self._process.pid)

    def fail(self, reason: str) -> None:
        """Let it count as failed for this reason, and ask it to end."""
        self.stop(reason)
        self.stop_reason = self.stop_reason or reason

    def tick(self) -> None:
        """Read what it wrote, and end it where it said its exit status or was asked to end some time ago."""
        self._read()
        now = time.monotonic()
        if self._stopped_at is not None:
            if not self._forced and now - self._stopped_at >= KILL_AFTER:
                self._forced = True
                end_group(self._process.pid, hard=True)
        elif self.scanner.exit_status is not None:
            self._status_at = self._status_at or now
            if now - self._status_at >= END_AFTER_STATUS:
                self.stop("")

    def _read(self) -> None:
        while True:
            data = self._tail.read(_PIECE)
            if not data:
                return
            self._last_byte = data[-1:]
            self.scanner.feed(data)

    def read_rest(self) -> None:
        """Read the last of what it wrote. Call it once, when it is over."""
        self._read()
        self._tail.close()
        self.scanner.finish()

    @property
    def ended(self) -> Ended:
        """How it ended, once the rest was read."""
        code = int(self._process.returncode)
        if self.scanner.exit_status is not None and not self.stop_reason:
            code = self.scanner.exit_status
        return Ended(code, self.seconds, self.stop_reason)

    def remark(self, text: str) -> None:
        """Write a line of our own into its log."""
        _write_line(self.launch, text, "" if self._last_byte in b"\r\n" else "\n")
        self._last_byte = b"\n"

    def close(self, ended: Ended) -> None:
        """Write the last line of its log."""
        self.remark(_ending(ended))


def _message(msg: Optional[str]) -> Any:
    """Return an open file that holds the text for standard input."""
    if msg is None:
        return Path(os.devnull).open("rb")
    message = tempfile.TemporaryFile()  # noqa: SIM115  # whoever gets it closes it
    message.write(msg.encode("utf-8", "surrogateescape"))
    message.seek(0)
    return message


def write_header(launch: Launch) -> Any:
    """Write the first line for a command into its log, and return the open file.

    Raises ValueError where that cannot be: for lack of a program an OSError would be told apart too late.
    """
    log = _opened(launch.log, "ab")
    shown = " ".join(map(shlex.quote, launch.argv))
    line = f"# {_clock()} {launch.label}: {shown}\n"
    log.write(line.encode("utf-8", "backslashreplace"))
    log.flush()
    return log


def _opened(path: Path, mode: str) -> Any:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open(mode)
    except OSError as error:
        raise ValueError(f"its log {path} cannot be written: {error.strerror}") from None


def write_ending(launch: Launch, ended: Ended) -> None:
    """Write the last line for a command into its log; a log that cannot be written any more changes nothing."""
    _write_line(launch, _ending(ended))


def _ending(ended: Ended) -> str:
    why = f" ({ended.reason})" if ended.reason else ""
    return f"exit code {ended.code} after {ended.seconds:.1f} s{why}"


def _write_line(launch: Launch, text: str, before: str = "") -> None:
    line = f"{before}# {_clock()} {text}\n"
    try:
        with launch.log.open("ab") as log:
            log.write(line.encode("utf-8", "backslashreplace"))
    except OSError:
        return


def _clock() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")
