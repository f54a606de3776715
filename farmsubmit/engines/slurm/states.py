"""How a job and its tasks stand: by their journals first, and by Slurm for what these do not say."""

from __future__ import annotations

from typing import Callable, Dict, List, Mapping, Optional

from farmsubmit.engines.base import ACTIVE, BLOCKED, DONE, ERROR, KILLED, PAUSED, READY, SKIPPED
from farmsubmit.engines.batch.jobfolder import JobFolder, Submitted
from farmsubmit.engines.batch.journals import Noted, read_journal
from farmsubmit.engines.batch.states import PASSED, BatchLook, Found, Times
from farmsubmit.engines.slurm.client import Client, Element
from farmsubmit.engines.slurm.submission import Spots

_WAITING = frozenset({"PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "RESV_DEL_HOLD"})
_OVER = frozenset(
    {
        "BOOT_FAIL",
        "CANCELLED",
        "COMPLETED",
        "DEADLINE",
        "FAILED",
        "NODE_FAIL",
        "OUT_OF_MEMORY",
        "PREEMPTED",
        "REVOKED",
        "TIMEOUT",
    }
)
_ON_DEPENDENCY = "Dependency"
_GIVEN_UP = "cancelled in Slurm before it began"
_FORGOTTEN = "Slurm has forgotten it, and it never wrote how it ended"


class Look(BatchLook):
    """One look at a job, by its journals and by what Slurm tells of those tasks whose journals are open."""

    def __init__(self, client: Client, folder: JobFolder) -> None:
        super().__init__(folder)
        self.arrays: List[Submitted] = folder.submitted()
        self.spots = Spots(self.arrays)
        self.is_paused = folder.has_mark("paused")
        noted = {tid: read_journal(folder.path, tid) for tid in self.spots.of}
        self._elements = self._ask(client, noted)
        # What was not over when its journal was read, but is for Slurm, has said by now how it ended.
        noted.update((tid, read_journal(folder.path, tid)) for tid in noted if self._has_left(tid, noted[tid]))
        self.last = self._found(0, noted[0]) if 0 in noted else None
        self.tasks = {tid: self._found(tid, noted[tid]) for tid in noted if tid}
        self._settle()

    @property
    def living_ids(self) -> List[str]:
        """The arrays of which Slurm still has an element, waiting or running."""
        living = [tid for tid, found in self.tasks.items() if found.lives]
        if self.last is not None and self.last.lives:
            living.append(0)
        return list(dict.fromkeys(self.spots.of[tid].id for tid in living))

    def _ask(self, client: Client, noted: Mapping[int, Noted]) -> Dict[str, Element]:
        """Return what Slurm knows of the tasks whose journals do not say how they ended."""
        open_ids = dict.fromkeys(self.spots.of[tid].id for tid, each in noted.items() if not each.ended)
        found = client.elements(open_ids) if open_ids else {}
        lost = [spot.id for tid, spot in self.spots.of.items() if not noted[tid].ended and self._name(tid) not in found]
        return {**client.accounted(dict.fromkeys(lost)), **found} if lost else found

    def _has_left(self, tid: int, noted: Noted) -> bool:
        element = self._elements.get(self._name(tid))
        return not noted.ended and (element is None or element.state in _OVER)

    def _name(self, tid: int) -> str:
        spot = self.spots.of[tid]
        return f"{spot.id}_{spot.at}"

    def _found(self, tid: int, noted: Noted) -> Found:
        if noted.ended:
            return Found({"done": DONE, "skipped": SKIPPED}.get(noted.state, ERROR), noted, noted.reason)
        element = self._elements.get(self._name(tid))
        if element is None:
            return self._forgotten(noted)
        if element.state in _WAITING:
            state = BLOCKED if element.reason == _ON_DEPENDENCY else READY
            return Found(state, Noted(), element.reason, True)
        if element.state not in _OVER:
            return Found(ACTIVE, noted._replace(host=noted.host or element.node), "", True)
        return self._over(noted, element)

    def _forgotten(self, noted: Noted) -> Found:
        if noted.state == "started":
            return Found(ERROR, noted, KILLED if self.is_killed else _FORGOTTEN)
        # It was cancelled long ago, or what it waits for failed long ago.
        return Found(BLOCKED, noted)

    def _over(self, noted: Noted, element: Element) -> Found:
        if element.state == "COMPLETED":
            return Found(DONE, noted._replace(code=0, progress=100))
        if not noted.state and element.state == "CANCELLED":
            return Found(BLOCKED, noted)
        where = f" on {element.node}" if element.node else ""
        why = f" ({element.reason})" if element.reason else ""
        return Found(ERROR, noted._replace(code=element.code), f"Slurm: {element.state}{where}{why}, see slurm.out")

    # --- the tasks together, and the job

    def _sent_state(self, tid: int, found: Found, passed: bool) -> str:
        return self._unblocked(tid, found) if found.state == BLOCKED and passed else found.state

    def _unblocked(self, tid: int, found: Found) -> str:
        """Return the state of a task that nothing blocks any more, though Slurm has not begun it."""
        if found.lives:
            return READY
        if self.is_killed:
            return BLOCKED
        self.tasks[tid] = found._replace(state=ERROR, reason=_GIVEN_UP)
        return ERROR

    def _job_state(self, counts: Mapping[str, int]) -> str:
        if self.lives:
            return self._living_state(counts)
        if not counts.keys() - set(PASSED):
            return DONE
        if self.is_killed:
            return KILLED
        return ERROR if counts.get(ERROR) else BLOCKED

    def _living_state(self, counts: Mapping[str, int]) -> str:
        if self.is_paused and not self.is_killed:
            return PAUSED
        has_begun = any(found.noted.started for found in self.tasks.values())
        if has_begun or counts.get(ACTIVE):
            return ACTIVE
        return READY if counts.get(READY) else BLOCKED

    def _times(self) -> Times:
        noted = [found.noted for found in self.tasks.values()] + ([self.last.noted] if self.last else [])
        return (_best(min, [each.started for each in noted]), _best(max, [each.stopped for each in noted]))


def _best(choose: Callable[[List[float]], float], times: List[Optional[float]]) -> Optional[float]:
    known = [moment for moment in times if moment is not None]
    return choose(known) if known else None
