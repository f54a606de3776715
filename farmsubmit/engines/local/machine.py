"""The slots of this machine: units that wait for them, and the commands that hold them."""

from __future__ import annotations

import shutil
from collections import deque
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Collection, Deque, Dict, List, Optional, Set, Union

from farmsubmit.engines.local import bladestate
from farmsubmit.engines.local import launch as launching
from farmsubmit.engines.local.expansion import expand
from farmsubmit.engines.local.filters import Filters
from farmsubmit.engines.local.launch import Blade
from farmsubmit.engines.local.process import Ended, Launch, Running
from farmsubmit.engines.local.store import Journal
from farmsubmit.engines.local.unit import Step, Unit
from farmsubmit.engines.statusfilter import Subprocess
from farmsubmit.errors import SubstitutionError

_PROGRESS = "UPDATE task SET progress = ? WHERE jid = ? AND tid = ?"
_PROCESS = "UPDATE task SET process = ? WHERE jid = ? AND tid = ?"


class Machine:
    """Runs the commands of units on so many slots. Units that are over gather in ``over``."""

    def __init__(self, slots: int, blade: Blade, journal: Journal, filters: Filters) -> None:
        self.slots = slots
        self.free = slots
        self.over: List[Unit] = []
        self._blade = blade
        self._journal = journal
        self._filters = filters
        self._queue: Deque[Unit] = deque()
        self._running: Dict[Running, Unit] = {}
        self._progress: Dict[Running, Optional[int]] = {}
        self._exits: SimpleQueue[Running] = SimpleQueue()
        # What status filters see of those that run, where there are filters.
        self._seen: Dict[Running, Subprocess] = {}

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits for slots."""
        return bool(self._running or self._queue or self.over)

    def add(self, unit: Unit) -> None:
        """Take a unit; its next command starts when it is its turn and its slots are free."""
        if unit.step is None:
            self.over.append(unit)
        else:
            self._queue.append(unit)

    def needed(self, unit: Unit) -> int:
        """Return how many slots the next command of a unit takes; never more than there are."""
        return min(unit.step.command.slots, self.slots) if unit.step else 0

    def start_queued(self) -> bool:
        """Start what fits, in order; tell whether nothing is left waiting."""
        while self._queue:
            if self.needed(self._queue[0]) > self.free:
                return False
            self._start(self._queue.popleft())
        return True

    def _start(self, unit: Unit) -> None:
        started = self._launched(unit)
        if isinstance(started, Ended):
            self._ended(unit, started)
            return
        self.free -= self.needed(unit)
        self._running[started] = unit
        if unit.tid:
            self._journal.note(_PROCESS, started.mark, unit.job.jid, unit.tid)

    def _launched(self, unit: Unit) -> Union[Running, Ended]:
        """Start the next command of a unit, or return why it is over at once."""
        step = unit.step
        if step is None:
            return Ended(0)
        launch = launching.as_written(unit, step, self._blade)
        try:
            launch = launching.expanded(launch, unit, step, self.needed(unit), self._blade)
            if launching.is_built_in(launch):
                return launching.run_built_in(launch)
            return self._begun(unit, step, launch)
        except (OSError, ValueError, SubstitutionError) as error:
            ended = launching.cannot_start(launch, error)
            if self._filters.active:
                cmd = _seen(unit, step, launch)
                cmd.exitcode, cmd.reason = ended.code, ended.reason
                self._filters.failed_to_start(cmd)
            return ended

    def _begun(self, unit: Unit, step: Step, launch: Launch) -> Running:
        if not self._filters.active:
            return Running(launch, self._exits.put)
        cmd = _seen(unit, step, launch)
        self._filters.pre_start(cmd, bladestate.profile(self._blade, self.slots))
        running = Running(launch, self._exits.put, self._filters.line_filter(cmd))
        cmd.pid = running.pid
        self._seen[running] = cmd
        self._filters.started(cmd)
        return running

    def admits(self) -> bool:
        """Tell whether the status filters let a new task start now."""
        return not self._filters.active or self._filters.admits(
            lambda: bladestate.basic_state(self._blade, self.slots, self.free, list(self._seen.values())),
            lambda: bladestate.dynamic_state(self._blade.logs.parent),
        )

    def _ended(self, unit: Unit, ended: Ended) -> None:
        unit.ended(ended)
        if unit.stop_reason:
            unit.job.settle(unit)
        self.add(unit)

    def wait(self, seconds: float) -> None:
        """Wait until a command ends, or that long; then look after all that run."""
        with suppress(Empty):
            self._exits.get(timeout=seconds)
        for running, unit in list(self._running.items()):
            running.tick()
            self._take_chunks(running, unit)
            self._note_progress(running, unit)
            self._end_if_too_long(running, unit)
            if running.over:
                self._finish(running, unit)

    def _finish(self, running: Running, unit: Unit) -> None:
        del self._running[running]
        self._progress.pop(running, None)
        self.free += self.needed(unit)
        running.read_rest()
        self._take_chunks(running, unit)
        # However it ended, what it wrote there is in the queue by now, or of no use.
        shutil.rmtree(running.launch.expansions, ignore_errors=True)
        ended = self._expanded(running, unit, self._filtered(running))
        running.close(ended)
        self._ended(unit, ended)

    def _take_chunks(self, running: Running, unit: Unit) -> None:
        """Graft what a command has named since the last look; the first one that is wrong ends it."""
        chunks, running.scanner.chunks = running.scanner.chunks, []
        for name in chunks:
            if running.stop_reason or not unit.may_graft:
                running.remark(f"not grafted: {name}")
                continue
            problem = expand(running, unit, Path(running.launch.cwd or ".", name), self.slots)
            if problem:
                running.fail(problem)

    def _filtered(self, running: Running) -> Ended:
        """Return how a command ended, after the status filters have seen it."""
        ended, cmd = running.ended, self._seen.pop(running, None)
        if cmd is None:
            return ended
        cmd.elapsed, cmd.reason = ended.seconds, ended.reason
        code = self._filters.ended(cmd, ended.code)
        if code != ended.code:
            running.remark(f"a status filter made exit code {code} of {ended.code}")
        return replace(ended, code=code)

    def _expanded(self, running: Running, unit: Unit, ended: Ended) -> Ended:
        """Graft the output of a command that is there for that, and ended well; return how it ended then."""
        script = running.launch.script
        if script is None or not unit.may_graft or unit.failure(ended):
            return ended
        return replace(ended, reason=expand(running, unit, script, self.slots))

    def _note_progress(self, running: Running, unit: Unit) -> None:
        progress = running.scanner.progress
        if unit.tid and not unit.in_cleanup and progress != self._progress.get(running):
            self._progress[running] = progress
            self._journal.note(_PROGRESS, progress, unit.job.jid, unit.tid)

    def _end_if_too_long(self, running: Running, unit: Unit) -> None:
        most = unit.step.command.maxrunsecs if unit.step else 0
        if most and running.seconds > most:
            running.stop(f"ran longer than its maxrunsecs of {most}")

    def stop(self, units: Collection[Unit], reason: str) -> Set[Running]:
        """Stop units: end their commands and start no further one but cleanup. Return the commands told to end."""
        wanted = set(units)
        for unit in wanted:
            unit.stop(reason)
        waiting = [unit for unit in self._queue if unit in wanted]
        for unit in waiting:
            self._queue.remove(unit)
            unit.skip_to_cleanup()
            unit.job.settle(unit)
            self.add(unit)
        told = {running for running, unit in self._running.items() if unit in wanted}
        for running in told:
            running.stop(reason)
        return told

    def is_running(self, commands: Collection[Running]) -> bool:
        """Tell whether any of these commands still runs."""
        return any(running in self._running for running in commands)

    def end_all(self) -> None:
        """End all commands and start none; for a runner that must go."""
        self._queue.clear()
        told = list(self._running)
        for running in told:
            running.stop("the runner was stopped")
        while self.is_running(told):
            self._queue.clear()
            self.wait(0.05)


def _seen(unit: Unit, step: Step, launch: Launch) -> Subprocess:
    """Return a command as status filters see it."""
    argv, log = list(launch.argv), str(launch.log)
    return Subprocess(unit.job.jid, unit.tid, step.command.cid, argv, log, step.command.slots)
