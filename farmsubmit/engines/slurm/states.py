"""How a job and its tasks stand: by their journals first, and by Slurm for what these do not say."""

from __future__ import annotations

from typing import Callable, Dict, Iterable, List, Mapping, Optional, Sequence

from farmsubmit.engines.base import ACTIVE, BLOCKED, DONE, ERROR, KILLED, PAUSED, READY, SKIPPED
from farmsubmit.engines.batch.jobfolder import JobFolder, Submitted
from farmsubmit.engines.batch.journals import Journals, Noted
from farmsubmit.engines.batch.states import PASSED, BatchLook, Found, Times
from farmsubmit.engines.slurm.client import Client
from farmsubmit.engines.slurm.elements import CANCELLED, COMPLETED, OVER, WAITING, Element
from farmsubmit.engines.slurm.submission import Spots

_ON_DEPENDENCY = "Dependency"
_GIVEN_UP = "cancelled in Slurm before it began"
_FORGOTTEN = "Slurm has forgotten it, and it never wrote how it ended"


def look_at(client: Client, folder: JobFolder, journals: Optional[Journals] = None) -> Look:
    """Return how a job stands now; raises EngineUnreachable, and EngineError where its files are damaged."""
    look = Look(folder, journals or Journals())
    complete(client, [look])
    return look


def complete(client: Client, looks: Sequence[Look]) -> None:
    """Ask Slurm what looks need to know, once for all of them."""
    queue = client.elements(_joined(look.open_ids for look in looks))
    for look in looks:
        look.take_queue(queue)
    accounting = client.accounted(_joined(look.lost_ids for look in looks))
    for look in looks:
        look.take_accounting(accounting)


def _joined(ids: Iterable[List[str]]) -> List[str]:
    return [jid for some in ids for jid in some]


class Look(BatchLook):
    """One look at a job, by its journals and by what Slurm tells of those tasks whose journals are open.

    It is whole when ``take_queue`` and then ``take_accounting`` were called with what Slurm knows of ``open_ids`` and
    of ``lost_ids``, which may be more: see look_at.
    """

    def __init__(self, folder: JobFolder, journals: Journals) -> None:
        super().__init__(folder)
        self.arrays: List[Submitted] = folder.submitted()
        self.spots = Spots(self.arrays)
        self.is_paused = folder.has_mark("paused")
        self._journals = journals
        self._noted: Dict[int, Noted] = {}
        self._queue: Mapping[str, Element] = {}
        self._accounting: Mapping[str, Element] = {}
        self._read(self.spots.of)

    @property
    def open_ids(self) -> List[str]:
        """The arrays of which a journal does not say how its task ended."""
        return self._ids(tid for tid, noted in self._noted.items() if not noted.ended)

    def take_queue(self, elements: Mapping[str, Element]) -> None:
        """Take in what the controller knows, by ``ID_INDEX``."""
        self._queue = elements
        # What was not over when its journal was read, but is for Slurm, has said by now how it ended.
        self._read([tid for tid in self._noted if self._has_left(tid)])

    @property
    def lost_ids(self) -> List[str]:
        """The arrays of which only the accounting may know how a task ended: not what is known never to have begun."""
        return self._ids(tid for tid in self._noted if self._has_left(tid) and self._may_have_begun(tid))

    def take_accounting(self, elements: Mapping[str, Element]) -> None:
        """Take in what the accounting knows, by ``ID_INDEX``, and find out how the job stands."""
        self._accounting = elements
        self.last = self._found(0, self._noted[0]) if 0 in self._noted else None
        self.tasks = {tid: self._found(tid, noted) for tid, noted in self._noted.items() if tid}
        self._settle()

    @property
    def living_ids(self) -> List[str]:
        """The arrays of which Slurm still has an element, waiting or running."""
        living = [tid for tid, found in self.tasks.items() if found.lives]
        if self.last is not None and self.last.lives:
            living.append(0)
        return self._ids(living)

    def _read(self, tids: Iterable[int]) -> None:
        self._noted.update((tid, self._journals.read(self.folder.path, tid, self._name(tid))) for tid in tids)

    def _ids(self, tids: Iterable[int]) -> List[str]:
        return list(dict.fromkeys(self.spots.of[tid].id for tid in tids))

    def _may_have_begun(self, tid: int) -> bool:
        element = self._queue.get(self._name(tid))
        return element is None or bool(element.node)

    def _has_left(self, tid: int) -> bool:
        element = self._queue.get(self._name(tid))
        return not self._noted[tid].ended and (element is None or element.state in OVER)

    def _name(self, tid: int) -> str:
        spot = self.spots.of[tid]
        return f"{spot.id}_{spot.at}"

    def _element(self, tid: int) -> Optional[Element]:
        """Return what Slurm knows of a task; of an end the accounting knows more."""
        queued, accounted = self._queue.get(self._name(tid)), self._accounting.get(self._name(tid))
        if queued is None or accounted is None or queued.state not in OVER:
            return queued or accounted
        return queued._replace(code=accounted.code, started=accounted.started, stopped=accounted.stopped)

    def _found(self, tid: int, noted: Noted) -> Found:
        if noted.ended:
            return Found({"done": DONE, "skipped": SKIPPED}.get(noted.state, ERROR), noted, noted.reason)
        element = self._element(tid)
        if element is None:
            return self._forgotten(noted)
        if element.state in WAITING:
            state = BLOCKED if element.reason == _ON_DEPENDENCY else READY
            return Found(state, Noted(), element.reason, True)
        if element.state not in OVER:
            return Found(ACTIVE, noted._replace(host=noted.host or element.node), "", True)
        return self._over(noted, element)

    def _forgotten(self, noted: Noted) -> Found:
        if noted.state == "started":
            return Found(ERROR, noted, KILLED if self.is_killed else _FORGOTTEN)
        # It was cancelled long ago, or what it waits for failed long ago.
        return Found(BLOCKED, noted)

    def _over(self, noted: Noted, element: Element) -> Found:
        if element.state == CANCELLED and not (noted.state or element.node):
            return Found(BLOCKED, noted)
        began = noted.started if noted.started is not None else element.started
        noted = noted._replace(host=noted.host or element.node, started=began, stopped=element.stopped)
        if element.state == COMPLETED:
            return Found(DONE, noted._replace(code=0, progress=100))
        if element.state == CANCELLED and self.is_killed:
            return Found(ERROR, noted, KILLED)
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
