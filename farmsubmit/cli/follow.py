"""Waiting for a job and showing how it goes; Ctrl+C stops a job of this machine, and only the waiting for others."""

from __future__ import annotations

import sys
import time
from typing import Any, List

from farmsubmit.cli import show
from farmsubmit.engines.base import ACTIVE, DONE, ERROR, FINAL_STATES, PAUSED, SKIPPED, Engine, JobStatus, TaskStatus
from farmsubmit.submission.waiting import wait_for_state

# The waiting ends also where somebody has to let the job go on.
_STATES = FINAL_STATES | {PAUSED}
_LOG_LINES = 12


def follow(engine: Engine, jid: str, quiet: bool = False) -> int:
    """Wait until the job is over and return the exit code: 0 where it is done, 1 where it failed or was stopped."""
    display = _Silence() if quiet else _display()
    try:
        status = wait_for_state(engine, jid, _STATES, display.show)
    except KeyboardInterrupt:
        display.close()
        if not engine.capabilities.here:
            show.warn(f"job {jid} goes on; farmsubmit kill {jid} --engine {engine.url} stops it")
            return 1
        show.warn("stopping the job …")
        engine.control(jid, "kill")
        status = wait_for_state(engine, jid, _STATES)
    finally:
        # A bar hides the cursor while it is drawn.
        display.close()
    if not quiet:
        _tell_end(engine, status)
    return 0 if status.state == DONE else 1


def _display() -> _Silence:
    """Return a progress bar for a terminal, a line at each change for a log."""
    if not sys.stdout.isatty():
        return _Lines()
    try:
        import rich.progress  # noqa: F401
    except ImportError:
        return _Lines()
    return _Bar()


class _Silence:
    """Shows nothing; the others show more."""

    def show(self, status: JobStatus, over: bool) -> None:
        """Show how the job stands; ``over`` tells that this is the last time."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class _Lines(_Silence):
    """A line each time the counts change, but at most one a second until the end."""

    def __init__(self) -> None:
        self.last = ""
        self.told = 0.0

    def show(self, status: JobStatus, over: bool) -> None:
        line = f"  {summary(status)}"
        if line == self.last or not (over or time.monotonic() - self.told > 1):
            return
        self.last, self.told = line, time.monotonic()
        print(line, flush=True)


class _Bar(_Silence):
    """A bar that counts finished tasks."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.progress = Progress(*columns, TextColumn("{task.description}"))
        self.task = self.progress.add_task("", total=None)
        self.progress.start()

    def show(self, status: JobStatus, over: bool) -> None:
        done = status.counts.get(DONE, 0) + status.counts.get(SKIPPED, 0)
        self.progress.update(self.task, total=status.total, completed=done, description=summary(status))

    def close(self) -> None:
        self.progress.stop()


def summary(status: JobStatus) -> str:
    """Return the counts in words: ``3 of 12 tasks done, 2 active, 1 error``."""
    done = status.counts.get(DONE, 0) + status.counts.get(SKIPPED, 0)
    parts = [f"{done} of {status.total} tasks done"]
    parts += [f"{status.counts[state]} {state}" for state in (ACTIVE, ERROR) if status.counts.get(state)]
    return ", ".join(parts)


def _tell_end(engine: Engine, status: JobStatus) -> None:
    state = "in error" if status.state == ERROR else status.state
    show.say(f"job {status.jid} is {state} after {show.duration(status.started, status.stopped)}")
    if status.state != ERROR:
        return
    failed = [task for task in engine.tasks(status.jid) if task.state == ERROR]
    if not failed:
        return
    for task in failed[:5]:
        show.say(f"  failed: {task.title} ({failure(task)})")
    if len(failed) > 5:
        show.say(f"  … and {len(failed) - 5} more")
    _tell_log(engine, status.jid, failed[0])


def failure(task: TaskStatus) -> str:
    """Return why a task failed, in words."""
    return task.reason or f"exit code {task.exit_code}"


def _tell_log(engine: Engine, jid: str, task: TaskStatus) -> None:
    lines: List[Any] = engine.log(jid, task.tid).splitlines()[-_LOG_LINES:]
    show.say(f"  the end of its log (all of it: farmsubmit log {jid}:{task.tid}):")
    for line in lines:
        show.say(f"    {line}")
