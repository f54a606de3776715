"""The engine ``drqueue:``: jobs as frames of a DrQueue master, spoken to in pure Python.

Each stage of a job is one DrQueue job, whose frames are the rows of a table on a shared disk; a small wrapper on the
slave runs a row and writes a journal beside its log. See docs/drqueue.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional, Sequence

from farmsubmit.author.elements import Job
from farmsubmit.engines.base import (
    ACTIONS,
    Capabilities,
    Engine,
    JobStatus,
    Known,
    SpoolInfo,
    TaskStatus,
    Ticket,
    Translation,
    refuse_action,
)
from farmsubmit.engines.drqueue.location import read_location
from farmsubmit.errors import EngineError, EngineUnreachable
from farmsubmit.lang.servicekey import Blade

if TYPE_CHECKING:
    from farmsubmit.engines.batch.jobfolder import JobFolder
    from farmsubmit.engines.drqueue.foreign import Foreign
    from farmsubmit.engines.drqueue.master import Master
    from farmsubmit.engines.drqueue.records import Computer
    from farmsubmit.engines.drqueue.states import Look

__all__ = ["DrQueueEngine"]


class DrQueueEngine(Engine):
    """The master at ``//host:port?folder=…``; without a host, that of ``DRQUEUE_MASTER``.

    Ids of jobs are the numbers of their folders; jobs that others sent have ids such as ``s4-1700000000``.
    """

    scheme = "drqueue"
    capabilities = Capabilities(frozenset(ACTIONS), tasks=True, logs=True, progress=True, blades=True, finds=True)

    def __init__(self, location: str = "") -> None:
        super().__init__(location)
        self._location = read_location(location)

    @property
    def _master(self) -> Master:
        from farmsubmit.engines.drqueue.master import Master

        return Master(self._location.host, self._location.port, self._location.order)

    def translate(self, job: Job) -> Translation:
        """Return the plan of a job; what DrQueue cannot express is counted per option.

        Which names of a service are pools is asked of DrQueue; where that does not answer, none is, and this is
        reported. Raises as to_tcl does, ServiceKeyError, and JobTreeError also for an Instance of something that is
        not in the job.
        """
        from farmsubmit.engines.drqueue.planner import plan_job

        try:
            pools = frozenset(pool for each in self._master.computers() for pool in each.limits.pools)
        except EngineUnreachable:
            return Translation(*plan_job(job, None))
        return Translation(*plan_job(job, pools))

    def spool(self, translation: Translation, info: SpoolInfo, block: bool = False) -> Ticket:
        """Write the job's folder and send its parts, on hold where there are several; then release them.

        What fails before the release takes all of it back. DrQueue has taken the job when this returns, so ``block``
        changes nothing.
        """
        from farmsubmit.engines.drqueue.spooling import spool

        folder = spool(self._master, self._location, translation.payload, info)
        return Ticket(folder.jid, self.url, str(folder.path), translation.dropped)

    def answer(self) -> str:
        """Return what the master is, as far as it tells; raises EngineError for one of another version."""
        count = len(self._master.jobs())
        return f"DrQueue, 0.64.4 or later, {count} job{'' if count == 1 else 's'}"

    def find(self, key: str) -> Optional[str]:
        """Return the id of the job with this key; one that was left half done is finished, or taken back."""
        from farmsubmit.engines.drqueue.finding import find

        return find(self._master, self._location, key)

    def blades(self) -> List[Blade]:
        """Return the computers that a slave runs on; their pools are the service keys."""
        return [_blade(each) for each in self._master.computers()]

    def known(self) -> Known:
        """Return DrQueue's limits."""
        from farmsubmit.engines.drqueue.frames import MOST_FRAMES

        return Known(limits={"tasks": MOST_FRAMES})

    def jobs(self) -> List[JobStatus]:
        """Return the jobs of the folder and those that others sent to DrQueue, the newest last."""
        from farmsubmit.engines.drqueue.foreign import Foreign, jid_of
        from farmsubmit.engines.drqueue.states import Look

        present = self._master.jobs()
        ours = set()
        found: List[JobStatus] = []
        for folder in self._folders():
            try:
                look = Look(self._master, folder, present, deep=False)
                found.append(look.job_status())
            except EngineUnreachable:
                raise
            except EngineError:
                continue
            ours |= {jid_of(job) for job in look.live.values()}
        others = [job for job in present if jid_of(job) not in ours]
        found += [Foreign(self._master, job).status() for job in others]
        return sorted(found, key=lambda each: each.spooled)

    def status(self, jid: str) -> JobStatus:
        """Return how a job stands."""
        other = self._foreign(jid)
        return other.status() if other else self._look(jid).job_status()

    def tasks(self, jid: str) -> List[TaskStatus]:
        """Return how each task stands, in script order; the tasks of a job that others sent are its frames."""
        other = self._foreign(jid)
        return other.tasks() if other else self._look(jid).task_statuses()

    def commands(self, jid: str, tid: int) -> List[List[str]]:
        """Return the words of each command of a task, without its cleanup; variables of the job are put in."""
        other = self._foreign(jid)
        if other:
            return other.commands(tid)
        from farmsubmit.engines.batch.plan import layout_from_json, place
        from farmsubmit.engines.drqueue.parts import ROWS

        folder = self._folder(jid, tid)
        layout = layout_from_json(folder.read("tree.json"))
        if tid not in layout.rows:
            return []
        where = place(layout.rows[tid], ROWS)
        row = folder.read(f"tables/{where.table}.json")[str(where.at)]
        return [command["argv"] for command in row["cmds"]]

    def log(self, jid: str, tid: Optional[int] = None) -> str:
        """Return what the commands of a task wrote, or those of all tasks and then of the job itself.

        Each command has a first line with its time and words, and a last one with its exit code; both begin with ``#``.
        The logs of a job that others sent are those that slaves write.
        """
        other = self._foreign(jid)
        if other:
            return other.log(self._location.logs, tid)
        folder = self._folder(jid, tid)
        if tid is not None:
            return folder.log(tid)
        return "".join(folder.log(each) for each in [*range(1, len(folder.read("tree.json")["tasks"]) + 1), 0])

    def control(self, jid: str, action: str, tids: Sequence[int] = (), value: Optional[float] = None) -> None:
        """Do one of ACTIONS, and return when DrQueue has done it, or is sure to."""
        refuse_action(action, tids, value)
        other = self._foreign(jid)
        if other:
            other.control(action, tids, float(value or 0.0))
            return
        from farmsubmit.engines.drqueue.control import Control

        folder = self._folder(jid)
        with folder.locked():
            Control(self._master, folder).do(action, tids, float(value or 0.0))

    def _foreign(self, jid: str) -> Optional[Foreign]:
        from farmsubmit.engines.drqueue import foreign

        if not foreign.is_foreign(jid):
            return None
        return foreign.Foreign(self._master, foreign.find(self._master, jid))

    def _look(self, jid: str) -> Look:
        from farmsubmit.engines.drqueue.states import Look

        return Look(self._master, self._folder(jid), self._master.jobs())

    def _folders(self) -> List[JobFolder]:
        from farmsubmit.engines.batch.jobfolder import folders

        return folders(self._location.folder)

    def _folder(self, jid: str, tid: Optional[int] = None) -> JobFolder:
        """Return the folder of a job; raises EngineError where it is not there, or has no such task."""
        from farmsubmit.engines.batch.jobfolder import existing

        folder = existing(self._location.folder, jid)
        last = len(folder.read("tree.json")["tasks"]) if tid is not None else 0
        if tid is not None and not 1 <= tid <= last:
            raise EngineError(f"job {jid} has no task {tid}", f"it has 1 to {last}")
        return folder


def _blade(computer: Computer) -> Blade:
    hardware, limits = computer.hardware, computer.limits
    # All of its memory, which is what DrQueue goes by.
    metrics = {"mem": hardware.memory / 1024, "ncpus": float(hardware.ncpus)}
    return Blade(hardware.name, hardware.address, "", tuple(limits.pools), metrics)
