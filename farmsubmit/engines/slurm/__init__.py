"""The engine ``slurm:``: jobs as arrays of a Slurm cluster, with Tractor's order built from dependencies.

Each step of a job is one array; a small wrapper on the node runs a task and writes a journal beside its log, so
that how a job stands is known when Slurm has forgotten it. See docs/slurm.md.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence

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
from farmsubmit.engines.slurm.location import read_location
from farmsubmit.errors import EngineError, EngineUnreachable
from farmsubmit.lang.servicekey import Blade

if TYPE_CHECKING:
    from farmsubmit.engines.batch.jobfolder import JobFolder
    from farmsubmit.engines.batch.plan import Layout
    from farmsubmit.engines.slurm.states import Look

__all__ = ["SlurmEngine"]

# So many jobs are looked at together: Slurm is asked less often, and not all of them stand in memory.
_AT_ONCE = 50


class SlurmEngine(Engine):
    """The cluster that Slurm's commands on this machine speak to; the location is ``PARTITION?folder=…``."""

    scheme = "slurm"
    capabilities = Capabilities(frozenset(ACTIONS), tasks=True, logs=True, progress=True, blades=True, finds=True)

    def __init__(self, location: str = "") -> None:
        from farmsubmit.engines.batch.journals import Journals
        from farmsubmit.engines.slurm.client import Client

        super().__init__(location)
        self._location = read_location(location)
        self._client = Client()
        self._journals = Journals()

    def translate(self, job: Job) -> Translation:
        """Return the plan of a job; what Slurm cannot express is counted per option.

        Which names of a service are licences, and which nodes do not fit, is asked of Slurm; where that does not
        answer, all names are taken for features, and the rest is reported. Raises as to_tcl does, ServiceKeyError, and
        JobTreeError also for an Instance of something that is not in the job.
        """
        from farmsubmit.engines.slurm.cluster import Cluster
        from farmsubmit.engines.slurm.planner import plan_job

        try:
            cluster = self._client.cluster()
            if job.projects and not self._location.account:
                cluster.accounts = self._client.accounts(self._client.config())
        except EngineUnreachable:
            cluster = Cluster(is_known=False)
        return Translation(*plan_job(job, cluster))

    def spool(self, translation: Translation, info: SpoolInfo, block: bool = False) -> Ticket:
        """Write the job's folder and submit its arrays, on hold; then release them all.

        What fails before the release takes all of it back. Slurm has taken the job when this returns, so ``block``
        changes nothing. Raises SpoolError, also for a job that waits for one that is unknown or over without success.
        """
        from farmsubmit.engines.slurm.spooling import spool

        folder = spool(self._client, self._location, translation.payload, info)
        return Ticket(folder.jid, self.url, str(folder.path), translation.dropped)

    def answer(self) -> str:
        """Return Slurm's name and version."""
        return self._client.version()

    def find(self, key: str) -> Optional[str]:
        """Return the id of the job with this key: by the folders of jobs, which appear whole."""
        for folder in self._folders() if key else ():
            with suppress(EngineError):
                if folder.read("job.json")["key"] == key:
                    return folder.jid
        return None

    def blades(self) -> List[Blade]:
        """Return the nodes; their features are the service keys."""
        return [node.blade for node in self._client.cluster().nodes]

    def known(self) -> Known:
        """Return the licences as limit tags, this user's accounts as projects, and Slurm's limits of arrays and jobs.

        Where the engine's URL names the account, projects decide nothing, and any will do. Slurm keeps the names of
        accounts in small letters, and both are sent as Slurm spells them.
        """
        config = self._client.config()
        limits = {"array": config.get("MaxArraySize", ""), "tasks": config.get("MaxJobCount", "")}
        tags = frozenset(self._client.cluster().licences)
        accounts = None if self._location.account else self._client.accounts(config)
        projects = None if accounts is None else frozenset(accounts)
        numbers = {name: int(text) for name, text in limits.items() if text.isdigit()}
        return Known(tags=tags, projects=projects, limits=numbers, any_case=True)

    def jobs(self) -> List[JobStatus]:
        """Return the jobs of the folder, the newest last; one whose files are damaged is left out."""
        folders, found = self._folders(), []
        for start in range(0, len(folders), _AT_ONCE):
            found += self._statuses(folders[start : start + _AT_ONCE])
        return found

    def _statuses(self, folders: Sequence[JobFolder]) -> List[JobStatus]:
        from farmsubmit.engines.slurm.states import Look, complete

        looks: List[Look] = []
        for folder in folders:
            with suppress(EngineError):
                looks.append(Look(folder, self._journals))
        complete(self._client, looks)
        found: List[JobStatus] = []
        for look in looks:
            with suppress(EngineError):
                found.append(look.job_status())
        return found

    def status(self, jid: str) -> JobStatus:
        """Return how a job stands."""
        return self._look(jid).job_status()

    def tasks(self, jid: str) -> List[TaskStatus]:
        """Return how each task stands, in script order; ``blade`` is the node."""
        return self._look(jid).task_statuses()

    def commands(self, jid: str, tid: int) -> List[List[str]]:
        """Return the words of each command of a task, without its cleanup; variables of the job are put in."""
        from farmsubmit.engines.batch.plan import place

        folder = self._folder(jid)
        layout = self._layout(jid, tid)
        if tid not in layout.rows:
            return []
        where = place(layout.rows[tid], folder.read("job.json")["size"])
        row = folder.read(f"tables/{where.table}.json")[str(where.at)]
        return [command["argv"] for command in row["cmds"]]

    def log(self, jid: str, tid: Optional[int] = None) -> str:
        """Return what the commands of a task wrote, or those of all tasks and then of the job itself.

        Each command has a first line with its time and words, and a last one with its exit code; both begin with ``#``.
        """
        folder = self._folder(jid)
        layout = self._layout(jid, tid)
        if tid is not None:
            return folder.log(tid)
        return "".join(folder.log(each) for each in [*sorted(layout.rows), 0])

    def control(self, jid: str, action: str, tids: Sequence[int] = (), value: Optional[float] = None) -> None:
        """Do one of ACTIONS, and return when Slurm has taken it; what was killed has then ended."""
        from farmsubmit.engines.slurm.control import Control

        refuse_action(action, tids, value)
        folder = self._folder(jid)
        with folder.locked():
            Control(self._client, folder, self._location).do(action, tids, value)

    def _folders(self) -> List[JobFolder]:
        from farmsubmit.engines.batch.jobfolder import folders

        return folders(self._location.folder)

    def _folder(self, jid: str) -> JobFolder:
        from farmsubmit.engines.batch.jobfolder import existing

        return existing(self._location.folder, jid)

    def _look(self, jid: str) -> Look:
        from farmsubmit.engines.slurm.states import look_at

        return look_at(self._client, self._folder(jid), self._journals)

    def _layout(self, jid: str, tid: Optional[int]) -> Layout:
        """Return the layout of a job; raise EngineError where it has no such task."""
        from farmsubmit.engines.batch.plan import layout_from_json

        tree: Dict[str, Any] = self._folder(jid).read("tree.json")
        last = len(tree["tasks"])
        if tid is not None and not 1 <= tid <= last:
            raise EngineError(f"job {jid} has no task {tid}", f"it has 1 to {last}")
        return layout_from_json(tree)
