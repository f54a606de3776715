"""What users ask of a job: hold, release, cancel, run failed tasks again, and the rest of ACTIONS."""

from __future__ import annotations

import time
from typing import Callable, Iterable, List, Optional, Sequence, Set

from farmsubmit.author.planning.needs import Reach
from farmsubmit.engines.base import ACTIVE, DONE, SKIPPED
from farmsubmit.engines.batch import control as common
from farmsubmit.engines.batch.jobfolder import LAST, JobFolder
from farmsubmit.engines.batch.journals import Journals
from farmsubmit.engines.slurm.client import Client
from farmsubmit.engines.slurm.location import Location
from farmsubmit.engines.slurm.states import Look, look_at
from farmsubmit.engines.slurm.submission import Submission
from farmsubmit.errors import EngineError

# How long Slurm may take to end what it was told to cancel: its KillWait is 30 s where nobody changed it.
_END_SECONDS = 60.0
_LOOK_AGAIN = 0.1


class Control:
    """One change of a job; the folder must be locked."""

    def __init__(self, client: Client, folder: JobFolder, location: Location) -> None:
        self.client, self.folder, self.location = client, folder, location
        self.journals = Journals()
        self.look = self._look()
        self.jid = folder.jid

    def do(self, action: str, tids: Sequence[int], value: Optional[float]) -> None:
        """Do one of ACTIONS; raises EngineError where it makes no sense now."""
        common.refuse_unknown(self.look, tids)
        if action == "priority":
            self._priority(float(value or 0.0))
        elif action == "kill" and tids:
            self._kill_tasks(tids)
        elif action in ("retry", "skip"):
            self._retry(tids) if action == "retry" else self._skip(tids)
        else:
            {"pause": self._pause, "resume": self._resume, "kill": self._kill, "delete": self._delete}[action]()

    def _look(self) -> Look:
        return look_at(self.client, self.folder, self.journals)

    # --- the whole job

    def _pause(self) -> None:
        common.refuse_if_over(self.look)
        self.folder.mark("paused", True)
        self.client.hold(self.look.living_ids)

    def _resume(self) -> None:
        common.refuse_if_over(self.look)
        self.client.release(self.look.living_ids)
        self.folder.mark("paused", False)

    def _priority(self, value: float) -> None:
        self.folder.write("job.json", {**self.folder.read("job.json"), "priority": value})
        self.client.be_nice(self.look.living_ids, self.location.nice_of(value))

    def _kill(self) -> None:
        common.refuse_if_over(self.look, "")
        self.folder.mark("killed", True)
        spots = self.look.spots.of
        own = spots[0].id if 0 in spots else ""
        cleans = own in self.look.living_ids and bool(self.folder.read(f"tables/{LAST}.json")["0"]["cleanup"])
        self.client.cancel([jid for jid in self.look.living_ids if jid != own or not cleans])
        if cleans:
            # It waits for the tasks, which end now; then it cleans up.
            self.client.release([own])
        self._wait_until(lambda look: not any(found.lives for found in look.tasks.values()))

    def _delete(self) -> None:
        if self.look.lives:
            self._kill()
            self._wait_until(lambda look: not look.lives)
        self.folder.remove()

    def _wait_until(self, is_so: Callable[[Look], bool]) -> None:
        end = time.monotonic() + _END_SECONDS
        while not is_so(self._look()):
            if time.monotonic() > end:
                problem = f"job {self.jid} is cancelled, but Slurm has not ended all of it within {_END_SECONDS:g} s"
                raise EngineError(problem, "look again later")
            time.sleep(_LOOK_AGAIN)

    # --- some tasks

    def _kill_tasks(self, tids: Sequence[int]) -> None:
        active = common.to_kill(self.look, tids)
        self.client.cancel(self._elements(active))
        self._wait_until(lambda look: not any(look.tasks[tid].lives for tid in active))

    def _skip(self, tids: Sequence[int]) -> None:
        if not tids:
            raise EngineError("skip needs tasks to skip", "name them")
        self._refuse_while_ending()
        if self.look.is_killed:
            raise EngineError(f"job {self.jid} was killed", "retry it first")
        self._refuse_running(tids)
        sent = common.to_skip(self.look, tids)
        for tid in sent:
            self.folder.note(tid, "skip", time=time.time())
        # What still waits in Slurm is over as soon as it starts; what Slurm has given up, or will, is sent again.
        waiting = common.behind(self.look, sent)
        given_up = {tid for tid in waiting if not self.look.tasks[tid].lives}
        given_up |= common.behind(self.look, common.failed(self.look).intersection(sent))
        given_up = {tid for tid in given_up if self.look.tasks[tid].state not in common.ENDED}
        self.look = self._look()
        self._send_again(given_up)

    def _retry(self, tids: Sequence[int]) -> None:
        self._refuse_while_ending()
        look = self.look
        common.refuse_retry(look, tids)
        wanted = self._sent_behind(tids) if tids else common.failed(look)
        if look.is_killed:
            wanted |= {tid for tid, found in look.tasks.items() if found.state not in (DONE, SKIPPED)}
        again = common.and_behind(look, wanted)
        self._refuse_running(again)
        self._send_again(again, set(again))

    def _refuse_while_ending(self) -> None:
        last = self.look.last
        if last is not None and last.state == ACTIVE:
            raise EngineError(f"job {self.jid} is running its last commands", "try again when they are over")

    def _refuse_running(self, tids: Iterable[int]) -> None:
        for tid in tids:
            if self.look.state_of(tid) == ACTIVE:
                problem = f"task {tid} of job {self.jid} still runs"
                raise EngineError(problem, "kill it first, or wait until its cleanup is over")

    def _sent_behind(self, tids: Iterable[int]) -> Set[int]:
        """Return the tasks themselves, or what stands behind those without any command."""
        reach = Reach(self.look.layout.needs, self.look.layout.rows)
        return set(reach.of(tuple(tids)))

    def _elements(self, tids: Iterable[int]) -> List[str]:
        spots = self.look.spots.of
        return [f"{spots[tid].id}_{spots[tid].at}" for tid in tids]

    def _can_run(self, tids: Set[int], passed: Set[int]) -> Set[int]:
        """Return those of some tasks that wait for nothing that has failed and is not among them."""
        layout = self.look.layout
        reach = Reach(layout.needs, layout.rows)
        hopeful = passed | {tid for tid, found in self.look.tasks.items() if found.lives and tid not in tids}
        found: Set[int] = set()
        for tid in sorted(tids, key=lambda tid: layout.rows[tid].step):
            if reach.of_task(tid) <= hopeful:
                hopeful.add(tid)
                found.add(tid)
        return found

    def _send_again(self, tids: Set[int], afresh: Iterable[int] = ()) -> None:
        """Submit tasks anew, and what runs after the tree behind them; ``afresh`` forget how they ended."""
        look = self.look
        passed = {tid for tid, found in look.tasks.items() if found.state in (DONE, SKIPPED)} - tids
        tids = self._can_run(tids, passed)
        old = self._elements(tid for tid in tids if look.tasks[tid].lives)
        sent = Submission(self.client, self.folder, self.location, look.layout, look.spots)
        sent.passed = passed
        before = look.living_ids
        try:
            sent.submit(tids)
            if look.tree["last"]:
                old += [look.spots.of[0].id] if look.last and look.last.lives else []
                still = [jid for jid in before if jid not in old]
                sent.submit_last(look.tree["last"], [array.id for array in sent.arrays] + still)
        except BaseException:
            sent.take_back()
            raise
        self.client.cancel(old)
        for tid in sorted({*tids.intersection(afresh), *([0] if look.tree["last"] else [])}):
            self.folder.note(tid, "again")
        self.folder.write_submitted([*look.arrays, *sent.arrays])
        self.folder.mark("killed", False)
        if not look.is_paused:
            self.client.release(array.id for array in sent.arrays)
