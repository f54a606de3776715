"""The engine ``puli://host:8004``: jobs as graphs of a Puli server (OpenRenderManagement), over its web services.

See docs/puli.md for what was seen on a real server, and for what a job loses there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional, Sequence, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.engines.base import (
    ACTIONS,
    OF_TASKS,
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
from farmsubmit.engines.puli.location import read_location
from farmsubmit.errors import EngineError
from farmsubmit.lang.servicekey import Blade

if TYPE_CHECKING:
    from farmsubmit.engines.puli.farm import Licence, RenderNode
    from farmsubmit.engines.puli.units import Unit

__all__ = ["PuliEngine"]


class PuliEngine(Engine):
    """The server at a location ``//HOST:PORT?pool=NAME``; its job ids are those of the jobs' nodes.

    ``timeout`` is in seconds, to connect and without a byte of an answer. Tids are those that a job of ours was sent
    with. In a job of somebody else, tasks are counted in the order of its tree, and so is each command of a task that
    has several.
    """

    scheme = "puli"
    capabilities = Capabilities(frozenset(ACTIONS), tasks=True, logs=True, progress=True, blades=True, finds=True)

    def __init__(self, location: str = "", timeout: Optional[Tuple[float, float]] = None) -> None:
        from farmsubmit.engines.puli.client import Client

        super().__init__(location)
        self._location = read_location(location)
        self._client = Client(self._location, timeout)

    def translate(self, job: Job) -> Translation:
        """Return the document for a job; what Puli cannot express is counted per option.

        Where a job has services or limit tags, the server is asked which names are licences or softwares. Raises as
        to_tcl does, ServiceKeyError, SubstitutionError, and SpoolError naming the place of text that is not ASCII.
        """
        from farmsubmit.engines.puli.farm import farm
        from farmsubmit.engines.puli.needed import asks_for_anything
        from farmsubmit.engines.puli.planner import plan_job
        from farmsubmit.engines.puli.services import Farm
        from farmsubmit.settings import load_settings

        known = farm(self._client) if asks_for_anything(job) else Farm()
        zone = self._location.zone or str(load_settings()["zone"])
        return Translation(*plan_job(job, known, self._location.pool, zone))

    def spool(self, translation: Translation, info: SpoolInfo, block: bool = False) -> Ticket:
        """Send the document; the key is a tag of the job, and ``maxactive`` is set on its pool share afterwards.

        The server has taken the job apart when this returns, so ``block`` changes nothing. Raises SpoolError where it
        refuses or has no such pool; after an answer 500 the job is looked for by its key before that is believed.
        """
        from farmsubmit.engines.puli.spooling import spool

        sent = spool(self._client, translation.payload, info)
        link = f"{self._location.base}/nodes/{sent.jid}"
        return Ticket(sent.jid, self.url, link, (*translation.dropped, *sent.dropped))

    def answer(self) -> str:
        """Ask for the pools; the server does not tell its version."""
        from farmsubmit.engines.puli.spooling import pool_names

        pool_names(self._client)
        return ""

    def find(self, key: str) -> Optional[str]:
        """Return the id of the job with this key, by its tag; one that was archived is not found."""
        from farmsubmit.engines.puli.spooling import find

        return find(self._client, key)

    def blades(self) -> List[Blade]:
        """Return the render nodes; their softwares, platform and pools are the service keys."""
        return [node.blade for node in self.render_nodes()]

    def known(self) -> Known:
        """Return the licences as limit tags, in whatever capitals they are sent, and how long a command may be."""
        from farmsubmit.engines.puli.shell import LONGEST

        names = frozenset(each.name for each in self.licences())
        return Known(tags=names, limits={"command": LONGEST}, any_case=True)

    def jobs(self) -> List[JobStatus]:
        """Return the jobs of the server, the newest last; their counts are of commands, not of tasks."""
        from farmsubmit.engines.puli.listing import job_statuses

        return job_statuses(self._client)

    def status(self, jid: str) -> JobStatus:
        """Return how a job stands, by its commands: a node's own state is late."""
        from farmsubmit.engines.puli.standing import Look

        return Look(self._client, jid).status()

    def tasks(self, jid: str) -> List[TaskStatus]:
        """Return how each task stands; ``blade`` is the render node as ``host:port``."""
        from farmsubmit.engines.puli.standing import Look

        return Look(self._client, jid).tasks()

    def commands(self, jid: str, tid: int) -> List[List[str]]:
        """Return the commands of a task, each as one text for a shell, as the server has them."""
        return [[command.cmd] for unit in self._units(jid, tid) for command in unit.commands]

    def log(self, jid: str, tid: Optional[int] = None) -> str:
        """Return the logs of a task, or of all, from the render nodes; a log that cannot be had says why."""
        from farmsubmit.engines.puli.logs import logs_of

        return logs_of(self._units(jid, tid))

    def control(self, jid: str, action: str, tids: Sequence[int] = (), value: Optional[float] = None) -> None:
        """Do one of ACTIONS, and return when the server has taken it; it takes effect with the server's next round.

        ``delete`` cancels a job that is not over, waits for that, and archives it.
        """
        from farmsubmit.engines.puli.control import Control

        refuse_action(action, tids, value, ("pause", "resume", *OF_TASKS))
        Control(self._client, jid).do(action, tids, value or 0.0)

    # --- what only Puli has

    def restart(self, jid: str, tids: Sequence[int] = ()) -> None:
        """Run a job, or some of its tasks, from the beginning, also what was done. What runs must be killed first."""
        from farmsubmit.engines.puli.control import Control

        Control(self._client, jid).restart(tids)

    def limit(self, jid: str, most: int) -> None:
        """Let a job have so many render nodes at a time; 0 is as many as there are."""
        from farmsubmit.engines.puli.spooling import set_limit

        set_limit(self._client, jid, most or -1)

    def move(self, jid: str, pool: str) -> None:
        """Move a job to another pool, without a limit; raises EngineError for a pool that is not there."""
        from farmsubmit.engines.puli.moving import move

        move(self._client, jid, pool)

    def pools(self) -> List[str]:
        """Return the pools of the server."""
        from farmsubmit.engines.puli.spooling import pool_names

        return pool_names(self._client)

    def render_nodes(self) -> List[RenderNode]:
        """Return the render nodes of the server."""
        from farmsubmit.engines.puli.farm import render_nodes

        return render_nodes(self._client)

    def licences(self) -> List[Licence]:
        """Return the licences of the server, with how many are in use."""
        from farmsubmit.engines.puli.farm import licences

        return licences(self._client)

    def change_jobs(self, jids: Sequence[str], action: str, value: Optional[float] = None) -> None:
        """Do ``resume``, ``kill`` or ``priority`` to many jobs, in one request for each two hundred.

        Raises EngineError before anything is changed where one of them is not there, or is over and to be killed.
        """
        from farmsubmit.engines.puli.bulk import change_jobs

        if action == "priority" and value is None:
            raise EngineError("priority needs a number", "higher goes first")
        change_jobs(self._client, jids, action, value or 0.0)

    def pause_render_nodes(self, names: Sequence[str], kill: bool = False) -> None:
        """Take render nodes (``host:port``) out of service; ``kill`` ends what they run, which then begins anew.

        Raises EngineError for one that is not there, and for one that works or does not answer, whose pause the server
        would forget: see quarantine.
        """
        from farmsubmit.engines.puli.wrangling import pause

        pause(self._client, names, kill)

    def resume_render_nodes(self, names: Sequence[str]) -> None:
        """Take render nodes into service again, from a pause and from quarantine."""
        from farmsubmit.engines.puli.wrangling import resume

        resume(self._client, names)

    def quarantine(self, names: Sequence[str], is_in: bool = True) -> None:
        """Let render nodes get no more commands, or get them again; what they run goes on. One request for all."""
        from farmsubmit.engines.puli.wrangling import quarantine

        quarantine(self._client, names, is_in)

    def set_licence(self, name: str, most: int, is_new: bool = False) -> None:
        """Set how many there are of a licence, until the server starts again; ``is_new`` lets it be a new one."""
        from farmsubmit.engines.puli.wrangling import set_licence

        set_licence(self._client, name, most, is_new)

    def add_pool(self, name: str) -> None:
        """Make a pool without render nodes."""
        from farmsubmit.engines.puli.wrangling import add_pool

        add_pool(self._client, name)

    def set_pool(self, name: str, render_nodes: Sequence[str]) -> None:
        """Let a pool have these render nodes and no others; a render node may be in several pools."""
        from farmsubmit.engines.puli.wrangling import set_pool

        set_pool(self._client, name, render_nodes)

    def remove_pool(self, name: str) -> None:
        """Take a pool away; raises EngineError where jobs are in it."""
        from farmsubmit.engines.puli.wrangling import remove_pool

        remove_pool(self._client, name)

    def _units(self, jid: str, tid: Optional[int]) -> List[Unit]:
        """Return the tasks of a job, or one of them; raise EngineError where it has no such task."""
        from farmsubmit.engines.puli.tree import read_job
        from farmsubmit.engines.puli.units import units_of

        units = units_of(read_job(self._client, jid))
        found = [unit for unit in units if tid is None or unit.tid == tid]
        if tid is not None and not found:
            last = units[-1].tid if units else 0
            raise EngineError(f"job {jid} has no task {tid}", f"it has 1 to {last}" if last else "it has none")
        return found
