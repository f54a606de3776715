"""A unit of work: commands that run one after another, and what each end means for the next."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, List, NamedTuple, Optional, Sequence

from farmsubmit.author.planning.plan import CommandPlan
from farmsubmit.engines.local.process import Ended

if TYPE_CHECKING:
    from farmsubmit.engines.local.jobrun import JobRun

MOST_RETRIES = 3
# SIGINT, SIGTERM and SIGKILL are what a user's wish looks like. Source: Tractor's job scripting page on retries.
_NEVER_RETRIED = frozenset({-2, -15, -9})


class Step(NamedTuple):
    """A command and its number in the unit, from 1, which is also in the name of its log."""

    number: int
    command: CommandPlan
    is_cleanup: bool


class Unit:
    """The commands of a task and then its cleanup; or, with tid 0, postscripts and cleanup of a job.

    A failed command ends the commands, never the cleanup. ``code`` is the last exit code of a command, ``reason``
    why the unit failed, empty where it did not. ``grafted`` says that the current command has added tasks.
    """

    def __init__(self, job: JobRun, tid: int, cmds: Sequence[CommandPlan], steps: List[Step]) -> None:
        self.job = job
        self.tid = tid
        self.code: Optional[int] = None
        self.reason = ""
        self.stop_reason = ""
        self.settled = False
        self.grafted = False
        self._cleanup_from = len(cmds)
        self._steps = steps
        self._place = 0
        self._retries = 0

    @classmethod
    def of_task(cls, job: JobRun, tid: int, cmds: Sequence[CommandPlan], cleanup: Sequence[CommandPlan]) -> Unit:
        """Return the unit of a task."""
        both = [*cmds, *cleanup]
        return cls(job, tid, cmds, [Step(place + 1, both[place], place >= len(cmds)) for place in range(len(both))])

    @property
    def step(self) -> Optional[Step]:
        """What is to run next, or runs; None where the unit is over."""
        return self._steps[self._place] if self._place < len(self._steps) else None

    @property
    def in_cleanup(self) -> bool:
        """Whether the commands are over; cleanup may follow."""
        return self._place >= self._cleanup_from

    @property
    def may_graft(self) -> bool:
        """Whether tasks of the current command count: the command of a task that is not being stopped."""
        return bool(self.tid) and not (self.in_cleanup or self.stop_reason or self.job.ending)

    def stop(self, reason: str) -> None:
        """Let no further command start; cleanup still does. The postscripts and cleanup of a job are dropped."""
        self.stop_reason = reason
        if self.tid == 0:
            del self._steps[self._place + 1 :]

    def skip_to_cleanup(self) -> None:
        """Go on with the cleanup, for a unit that was stopped while it waited for its next command."""
        if self.tid == 0:
            self._place = len(self._steps)
        elif not self.in_cleanup:
            self.reason = self.stop_reason
            self._place = self._cleanup_from

    def ended(self, ended: Ended) -> None:
        """Take the end of the current command, and choose the next."""
        step = self.step
        if step is None or step.is_cleanup:
            self._place += 1
            return
        if not self.stop_reason and self._is_retried(step.command, ended):
            self._retries += 1
            return
        self.code = ended.code
        self.reason = self.failure(ended)
        self._place += 1
        self._retries = 0
        self.grafted = False
        if not self.reason and self.stop_reason and not self.in_cleanup:
            self.reason = self.stop_reason
        if self.reason:
            self._place = self._cleanup_from

    def failure(self, ended: Ended) -> str:
        """Return why this end of the current command is a failure, or an empty string."""
        return _failure(self.step.command, ended, self._retries) if self.step else ""

    def _is_retried(self, command: CommandPlan, ended: Ended) -> bool:
        # What it has grafted would stand there twice.
        if ended.reason or ended.code in _NEVER_RETRIED or self.grafted:
            return False
        return ended.code in command.retryrc and self._retries < MOST_RETRIES


def _failure(command: CommandPlan, ended: Ended, retries: int) -> str:
    """Return why the end of a command is a failure, or an empty string."""
    if ended.reason:
        return ended.reason
    if ended.code:
        again = f", after {retries} automatic retries" if retries else ""
        return _code_in_words(ended.code) + again
    if ended.seconds < command.minrunsecs:
        return f"ended after {ended.seconds:.1f} s, sooner than its minrunsecs of {command.minrunsecs}"
    return ""


def _code_in_words(code: int) -> str:
    if code > 0:
        return f"exit code {code}"
    try:
        return f"ended by signal {-code} ({signal.Signals(-code).name})"
    except ValueError:
        return f"ended by signal {-code}"
