"""What every engine can be asked, and what it answers with.

An engine is named by a URL (``local:``, ``folder:/path``) and found by its scheme among the entry points
``farmsubmit.engines``. It says beforehand what it cannot express: ``translate`` gives the payload and the list of
what was dropped or changed, and ``spool`` sends exactly that payload.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.author.planning.losses import Dropped as Dropped  # noqa: PLC0414  # engines find it here
from farmsubmit.errors import EngineError, did_you_mean
from farmsubmit.lang.servicekey import Blade

#: States of a task and of a job. A job is also paused or killed; a skipped task counts as done for its parent.
BLOCKED, READY, ACTIVE, DONE, ERROR, SKIPPED = "blocked", "ready", "active", "done", "error", "skipped"
PAUSED, KILLED = "paused", "killed"
#: States in which nothing more will happen by itself.
FINAL_STATES = frozenset({DONE, ERROR, KILLED})

#: What a user may ask of a job or of some of its tasks.
ACTIONS = ("pause", "resume", "retry", "skip", "kill", "delete", "priority")
#: Those that most engines can do to some tasks of a job, too.
OF_TASKS = ("retry", "skip", "kill")


@dataclass(frozen=True)
class Capabilities:
    """What an engine can do: which actions, and whether it tells of tasks, logs, progress and blades.

    ``here`` means that jobs run on this machine, so that a command line waits for them unless told otherwise; ``finds``
    that a job is found by the key it was sent with, so that a lost answer never makes a second job.
    """

    actions: FrozenSet[str] = frozenset()
    tasks: bool = False
    logs: bool = False
    progress: bool = False
    blades: bool = False
    here: bool = False
    finds: bool = False


@dataclass(frozen=True)
class Known:
    """The names that an engine is configured with, and its limits; None where it does not tell.

    ``limits`` are numbers by name: ``tasks`` is the most tasks of a job, ``array`` the most tasks of one Slurm array,
    ``command`` the most bytes of a command. With ``any_case`` a name means the same in capitals and small letters.
    """

    tags: Optional[FrozenSet[str]] = None
    tiers: Optional[FrozenSet[str]] = None
    projects: Optional[FrozenSet[str]] = None
    limits: Mapping[str, int] = field(default_factory=dict)
    any_case: bool = False


@dataclass(frozen=True)
class Translation:
    """A job as an engine takes it: the payload, whose shape is the engine's own, and what was dropped on the way."""

    payload: Any
    dropped: Tuple[Dropped, ...] = ()


@dataclass(frozen=True)
class SpoolInfo:
    """Who sends a job and from where, as the author API's spool() names it; the defaults are this process.

    ``key`` is a name that no other submission has, of letters, digits and ``-``. An engine that can keeps it with the
    job, so that ``find`` tells whether a submission whose answer was lost has arrived.
    """

    owner: str
    spoolhost: str
    spoolfile: str = ""
    spoolcwd: str = ""
    key: str = ""


@dataclass(frozen=True)
class Ticket:
    """The receipt for a spooled job: its id as the engine calls it, the engine's URL, and a page or file to look at."""

    jid: str
    engine: str
    link: str = ""
    dropped: Tuple[Dropped, ...] = ()


@dataclass(frozen=True)
class JobStatus:
    """How a job stands: its state and how many of its tasks are in each state. Times are seconds since the epoch."""

    jid: str
    title: str
    state: str
    counts: Dict[str, int] = field(default_factory=dict)
    priority: float = 0.0
    owner: str = ""
    spooled: float = 0.0
    started: Optional[float] = None
    stopped: Optional[float] = None

    @property
    def total(self) -> int:
        """How many tasks the job has."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class TaskStatus:
    """How a task stands; ``progress`` is 0 to 100, ``exit_code`` that of its last command, ``blade`` where it ran."""

    tid: int
    title: str
    state: str
    parent: Optional[int] = None
    progress: int = 0
    exit_code: Optional[int] = None
    blade: str = ""
    started: Optional[float] = None
    stopped: Optional[float] = None
    reason: str = ""


def refuse_action(action: str, tids: Sequence[int], value: Optional[float], of_tasks: Sequence[str] = OF_TASKS) -> None:
    """Raise EngineError for what is no action, and for one that is asked with too little or too much.

    ``tids`` and ``value`` are those of Engine.control(); ``of_tasks`` are the actions that may name tasks.
    """
    if action not in ACTIONS:
        raise EngineError(f"there is no action {action!r}", did_you_mean(action, ACTIONS))
    if action == "priority" and value is None:
        raise EngineError("priority needs a number", "higher goes first")
    if tids and action not in of_tasks:
        raise EngineError(f"{action} takes a whole job here, not some of its tasks", "name no tasks")


class Engine(ABC):
    """An engine at one URL.

    Methods raise EngineUnreachable where it does not answer and EngineError (SpoolError for a job) where it refuses.
    ``spool`` raises AnswerLost where the job may have arrived all the same. No method waits for ever.
    """

    scheme = ""
    capabilities = Capabilities()

    def __init__(self, location: str = "") -> None:
        self.location = location

    @property
    def url(self) -> str:
        """The URL that names this engine."""
        return f"{self.scheme}:{self.location}"

    @abstractmethod
    def translate(self, job: Job) -> Translation:
        """Return what would be sent, without sending it; raises as to_tcl does for a job that cannot be written."""

    @abstractmethod
    def spool(self, translation: Translation, info: SpoolInfo, block: bool = False) -> Ticket:
        """Send a translated job and return its ticket."""

    def script(self, job: Job) -> Optional[str]:
        """Return the exact text that would be sent for a job, or None where it travels in a form that is no script.

        Raises as translate does.
        """
        return None

    def answer(self) -> str:
        """Ask whether the engine is there; return its name and version, or "" where it does not tell."""
        return ""

    def find(self, key: str) -> Optional[str]:
        """Return the id of the job that was sent with this key, or None where none has arrived."""
        raise self.cannot("find a job by the key it was sent with")

    def blades(self) -> List[Blade]:
        """Return the blades that the engine runs commands on, with their service keys."""
        raise self.cannot("tell its blades")

    def known(self) -> Known:
        """Return the names that the engine is configured with, and its limits."""
        return Known()

    def jobs(self) -> List[JobStatus]:
        """Return the jobs that the engine knows, the newest last."""
        raise self.cannot("list jobs")

    def status(self, jid: str) -> JobStatus:
        """Return how a job stands; raises NoSuchJob for one that the engine does not know."""
        raise self.cannot("tell how a job stands")

    def tasks(self, jid: str) -> List[TaskStatus]:
        """Return how each task of a job stands, in script order; what was added while the job ran comes last."""
        raise self.cannot("tell how tasks stand")

    def commands(self, jid: str, tid: int) -> List[List[str]]:
        """Return the words of each command of a task, as they were sent: nothing is substituted yet."""
        raise self.cannot("tell the commands of a task")

    def log(self, jid: str, tid: Optional[int] = None) -> str:
        """Return the log of a task, or of all tasks of the job in script order."""
        raise self.cannot("give logs")

    def control(self, jid: str, action: str, tids: Sequence[int] = (), value: Optional[float] = None) -> None:
        """Do one of ACTIONS to a job, or to some of its tasks; ``value`` is the new priority."""
        if action not in ACTIONS:
            raise EngineError(f"there is no action {action!r}", did_you_mean(action, ACTIONS))
        raise self.cannot(f"{action} a job")

    def cannot(self, what: str) -> EngineError:
        """Return the error for something that this engine does not do."""
        return EngineError(f"the engine {self.url} cannot {what}")
