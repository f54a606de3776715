"""The engine ``tractor:``: Pixar's Tractor, as far as its public documents go.

A job goes through an installed ``tractor`` package, an installed ``tractor-spool``, or a request over HTTP that the
site has written down; see docs/tractor.md for what was verified against what.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Dict, FrozenSet, List, Optional, Sequence, Tuple

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
from farmsubmit.errors import AnswerLost, EngineError, NoSuchJob, SpoolError
from farmsubmit.lang.servicekey import Blade

if TYPE_CHECKING:
    from farmsubmit.engines.tractor.asking import Asker
    from farmsubmit.engines.tractor.spooling import Way

__all__ = ["TractorEngine"]

#: Seconds until a job that was not found is looked for once more: the engine takes scripts apart after it took them.
SETTLING = 2.0
#: Seconds that a blocking spool waits until the job can be seen, and between two looks.
BLOCKING, LOOKING = 60.0, 0.5
#: Seconds for which the names of limits are kept: the documents call the question expensive for the engine.
KEEPING = 300.0
#: The jobs of the user that are listed, as a search clause has it.
RECENT = "spooltime > -14d"

_limits: Dict[str, Tuple[float, FrozenSet[str]]] = {}


class TractorEngine(Engine):
    """The engine at ``//HOST:PORT``, or ``//USER@HOST:PORT``; an empty location is that of this environment."""

    scheme = "tractor"

    def __init__(self, location: str = "") -> None:
        from farmsubmit.engines.tractor.asking import Asker
        from farmsubmit.engines.tractor.location import read_location
        from farmsubmit.engines.tractor.requesttable import RequestTable
        from farmsubmit.engines.tractor.spooling import ways
        from farmsubmit.engines.tractor.wire import Wire
        from farmsubmit.settings import load_settings

        self._place = read_location(location)
        super().__init__(self._place.text)
        self._wire = Wire(self._place, RequestTable(load_settings()["tractor_http"]))
        self._ways: List[Way] = ways(self._place, self._wire)
        self._asker: Asker = Asker(self._place, self._wire, [way.name for way in self._ways])
        self.capabilities = self._able()

    def translate(self, job: Job) -> Translation:
        """Return the job itself, and what the way that it will take cannot express; raises as to_tcl does."""
        from farmsubmit.engines.tractor.spooling import chosen
        from farmsubmit.formats.alf import to_tcl

        to_tcl(job)
        way = chosen(self._ways, job)
        return Translation(job, way.losses(job) if way else ())

    def spool(self, translation: Translation, info: SpoolInfo, block: bool = False) -> Ticket:
        """Send the job, with the key in its metadata.

        ``block`` waits until the job can be seen, and raises SpoolError with what the engine says; how much that is
        depends on the way. Raises SpoolError also where there is no way to send a job from here.
        """
        from farmsubmit.engines.tractor.keymark import with_key

        jid = self._sent(with_key(translation.payload, info.key), info, block) or self._untold(info.key)
        if block:
            self._wait_for(jid)
        return Ticket(jid, self.url, f"http://{self._place.address}/tv/#jid={jid}", translation.dropped)

    def answer(self) -> str:
        """Return Tractor's name; its version too, where ``q=status`` tells one."""
        told = self._wire.ask("status")
        version = told.get("version") if isinstance(told, dict) else None
        return f"Tractor {version}" if version else "Tractor"

    def find(self, key: str) -> Optional[str]:
        """Return the id of the job whose metadata holds this key; one that is not there is looked for twice."""
        found = self._asker.with_key(key)
        if found is None:
            time.sleep(SETTLING)
            found = self._asker.with_key(key)
        return found

    def blades(self) -> List[Blade]:
        """Return one blade for each profile of blade.config; hosts and what they report at the moment are not told."""
        from farmsubmit.engines.tractor.rows import profile_blades

        return profile_blades(self._wire.ask("profiles"))

    def known(self) -> Known:
        """Return the names of limits.config as tags; they are kept for a while."""
        from farmsubmit.engines.tractor.rows import limit_names

        asked, names = _limits.get(self.url, (0.0, frozenset()))
        if not asked or time.monotonic() - asked > KEEPING:
            names = limit_names(self._wire.ask("limits"))
            _limits[self.url] = (time.monotonic(), names)
        return Known(tags=names)

    def jobs(self) -> List[JobStatus]:
        """Return the user's jobs of the last 14 days, the newest last."""
        user = self._wire.who.user
        quoted = user.replace("\\", "").replace('"', "")
        found = self._statuses(f'owner="{quoted}" and {RECENT}', user)
        return sorted(found, key=lambda job: int(job.jid) if job.jid.isdigit() else 0)

    def status(self, jid: str) -> JobStatus:
        """Return how a job stands."""
        from farmsubmit.engines.tractor.asking import number

        for status in self._statuses(f"jid={number(jid)}"):
            if status.jid == jid:
                return status
        raise NoSuchJob(f"Tractor has no job {jid}")

    def tasks(self, jid: str) -> List[TaskStatus]:
        """Return how the tasks stand, in the order of their ids."""
        from farmsubmit.engines.tractor.rows import task_status

        return sorted(map(task_status, self._asker.tasks(jid)), key=lambda task: task.tid)

    def commands(self, jid: str, tid: int) -> List[List[str]]:
        """Return the words of each command of a task."""
        return self._asker.commands(jid, tid)

    def log(self, jid: str, tid: Optional[int] = None) -> str:
        """Return the log of a task, or of all tasks, by the request that the site has written down."""
        from farmsubmit.engines.tractor.asking import number

        tids = [tid] if tid is not None else [task.tid for task in self.tasks(jid)]
        owner = self.status(jid).owner if "owner" in self._wire.table["log"].fields else ""
        asked = (self._wire.text("log", jid=number(jid), tid=str(each), owner=owner) for each in tids)
        return "".join(asked)

    def control(self, jid: str, action: str, tids: Sequence[int] = (), value: Optional[float] = None) -> None:
        """Do one of ACTIONS. Only to kill a job is public; what the site has not written down is refused."""
        from farmsubmit.engines.tractor.asking import number

        refuse_action(action, tids, value)
        name = f"{action}_tasks" if tids or action == "skip" else action
        # Source: the URL API page, where tid=error stands for all tasks with errors.
        for tid in [str(tid) for tid in tids] or (["error"] if action == "skip" else [""]):
            self._wire.ask(name, jid=number(jid), tid=tid, value="" if value is None else f"{value:g}")

    def eject_all(self, blade: str) -> None:
        """Stop what runs on a blade and put it back into the queue."""
        self._wire.ask("eject", blade=blade)

    def set_nimby(self, blade: str, is_on: bool) -> None:
        """Let a blade, named ``HOST/IP``, take only its owner's jobs, or all again."""
        self._wire.ask("nimby", blade=blade, value="1" if is_on else "0")

    def _able(self) -> Capabilities:
        table, asker = self._wire.table, self._asker
        actions = {name for name in ACTIONS if name in table or f"{name}_tasks" in table}
        return Capabilities(
            frozenset(actions),
            tasks=asker.can("tasks"),
            logs="log" in table and asker.can("tasks"),
            blades=True,
            finds=asker.can("jobs"),
        )

    def _sent(self, job: Job, info: SpoolInfo, block: bool) -> str:
        from farmsubmit.engines.tractor.package import Missing
        from farmsubmit.engines.tractor.spooling import chosen, no_way

        first = chosen(self._ways, job)
        rest = [way for way in self._ways if way is not first and not way.missing]
        for way in [first, *rest] if first else []:
            try:
                return way.spool(job, info, block)
            except Missing:
                continue
        raise no_way(self._ways)

    def _untold(self, key: str) -> str:
        """Return the id of a job that was taken without its id being told."""
        problem = f"{self._place.address} took the job and did not tell its id"
        try:
            found = self.find(key) if key and self.capabilities.finds else None
        except EngineError as error:
            raise AnswerLost(f"{problem}, and {error.problem}") from None
        if found is None:
            raise AnswerLost(problem)
        return found

    def _wait_for(self, jid: str) -> None:
        """Return when the job can be seen, or where that cannot be asked; raises SpoolError where it never is."""
        end = time.monotonic() + BLOCKING
        while self.capabilities.finds and jid.isdigit():
            try:
                if self._asker.jobs(f"jid={jid}", ("jid",)):
                    return
            except EngineError:
                # It was taken: what goes wrong while one looks is no reason to say otherwise.
                return
            if time.monotonic() > end:
                raise SpoolError(f"{self._place.address} took the job as {jid}, and does not show it", "see its log")
            time.sleep(LOOKING)

    def _statuses(self, where: str, owner: str = "") -> List[JobStatus]:
        from farmsubmit.engines.tractor.rows import COUNT_COLUMNS, JOB_COLUMNS, job_status

        return [job_status(row) for row in self._asker.jobs(where, (*JOB_COLUMNS, *COUNT_COLUMNS), owner)]
