"""Katana's render farm "farmsubmit": its own Preview and Disk Renders go to the engine of the settings.

Written after Foundry's developer guide ("Render Farm Plug-ins") and the published stubs; not run in a Katana. Nothing
of the core is loaded before Katana asks for something.
"""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional

from Katana import FarmAPI, NodegraphAPI

from farmsubmit_katana.host import sentence

if TYPE_CHECKING:
    from farmsubmit.engines.base import Engine, JobStatus
    from farmsubmit.settings import Settings

_State = FarmAPI.Job.State
#: A job's state in Katana's words, by that of an engine.
_STATES: Dict[str, str] = {
    "blocked": _State.kWaiting,
    "ready": _State.kWaiting,
    "paused": _State.kWaiting,
    "active": _State.kRunning,
    "done": _State.kCompleted,
    "skipped": _State.kCompleted,
    "error": _State.kFailed,
    "killed": _State.kCancelled,
}
_UNSAFE = re.compile(r"[^\w.-]+")


class FarmsubmitFarm(FarmAPI.BaseFarmPlugin):  # type: ignore[misc]  # Any in the published stubs
    """A render farm of Katana over the engines of farmsubmit.

    Every method raises FarmAPI.FarmPluginException with one sentence where it cannot do what is asked, and
    JobNotFoundException for a job that the engine does not know. What is not here, such as where Katana is on the farm,
    is as the base class has it.
    """

    def __init__(self) -> None:
        super().__init__()
        # A job stays at the engine it was sent to, whatever the settings say later.
        self._sent: Dict[str, str] = {}

    def submitJob(self, jobRequest: Any) -> str:
        """Send what Katana asks for as one job, and return its id at the engine."""
        from farmsubmit.submission import submit
        from farmsubmit_katana.farmjob import job_of

        with _told():
            settings = _settings()
            url = str(settings["engine"])
            ticket = submit(job_of(jobRequest, settings), engine=url)
            self._sent[ticket.jid] = url
            return ticket.jid

    def getJobs(self, filters: List[Any]) -> List[FarmAPI.Job]:
        """Return this user's jobs, the newest last; an engine that lists none has those that were sent from here.

        ``filters`` are taken as states, in Katana's words; without any all jobs are wanted. No document at hand says
        more of them.
        """
        from farmsubmit.submission.sending import user

        with _told():
            engine = self._engine()
            if not _overrides(engine, "jobs"):
                return []
            jobs = [_job(status) for status in engine.jobs() if status.owner in ("", user())]
        states = {text for text in filters or () if text in _State.kAllStates}
        return [job for job, state in jobs if not states or state in states]

    def getJobState(self, jobId: str) -> str:
        """Return how a job stands; one at an engine that cannot tell, such as a folder, waits for whoever takes it."""
        with _told():
            engine = self._engine(jobId)
            if jobId in self._sent and not _overrides(engine, "status"):
                return str(_State.kWaiting)
            return _STATES[_status(engine, jobId).state]

    def getRenderLogFilename(self, jobId: str) -> Optional[str]:
        """Return a file with what the job's commands have written so far, None where the engine has no logs."""
        with _told():
            engine = self._engine(jobId)
            if not engine.capabilities.logs:
                return None
            _status(engine, jobId)
            return str(_written_log(engine, jobId))

    def startJob(self, jobId: str) -> None:
        """Let a paused job go on, and run one again that has ended."""
        with _told():
            engine = self._engine(jobId)
            is_paused = _status(engine, jobId).state == "paused"
            engine.control(jobId, "resume" if is_paused else "retry")

    def stopJob(self, jobId: str) -> None:
        """Kill what runs of a job, and start nothing more of it."""
        with _told():
            engine = self._engine(jobId)
            _status(engine, jobId)
            engine.control(jobId, "kill")

    def createTemporaryDirectory(self, renderContextName: str) -> str:
        """Return a folder for the files of a render, in the folder for arguments that all blades see."""
        with _told():
            folder = Path(_settings()["arguments_storage_path"]).expanduser()
            made = folder / "katana" / (_UNSAFE.sub("_", renderContextName).strip(".") or "render")
            made.mkdir(parents=True, exist_ok=True)
            return str(made)

    def copyRenderFiles(self, filenames: List[str], renderContextName: str) -> None:
        """Copy files into the folder of a render."""
        folder = self.createTemporaryDirectory(renderContextName)
        with _told():
            for name in filenames:
                if Path(name).resolve().parent != Path(folder).resolve():
                    shutil.copy2(name, folder)

    def getEnvironmentForJob(self, renderContextName: str) -> Dict[str, str]:
        """Return the variables that the settings set for every job."""
        with _told():
            return dict(_settings()["environment_set"])

    def _engine(self, jid: str = "") -> Engine:
        from farmsubmit.engines.registry import engine_for

        return engine_for(self._sent.get(jid) or str(_settings()["engine"]))


def _settings() -> Settings:
    from farmsubmit.settings import load_settings

    return load_settings(scene=NodegraphAPI.GetProjectFile() or None, dcc="katana")


def _overrides(engine: Engine, method: str) -> bool:
    """Whether an engine does something of its own where the base class refuses."""
    from farmsubmit.engines.base import Engine as Base

    return getattr(type(engine), method) is not getattr(Base, method)


def _job(status: JobStatus) -> tuple[FarmAPI.Job, str]:
    state = _STATES[status.state]
    times = int(status.started or 0), int(status.stopped or 0)
    return FarmAPI.Job(status.jid, status.title, *times, state, ""), state


def _written_log(engine: Engine, jid: str) -> Path:
    from farmsubmit import files

    text = engine.log(jid)
    name = _UNSAFE.sub("_", f"{engine.url}-{jid}").strip(".")
    path = files.state_dir() / "katana" / f"{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_atomic(path, text)
    return path


def _status(engine: Engine, jid: str) -> JobStatus:
    """Return how a job stands; raises JobNotFoundException where the engine does not know it."""
    from farmsubmit.errors import EngineError, EngineUnreachable

    try:
        return engine.status(jid)
    except EngineUnreachable:
        raise
    except EngineError as error:
        if not _overrides(engine, "status"):
            raise
        raise FarmAPI.JobNotFoundException(jid, str(error)) from error


@contextmanager
def _told() -> Iterator[None]:
    """Turn what goes wrong into the exception that Katana knows."""
    try:
        yield
    except FarmAPI.FarmPluginException:
        raise
    except Exception as error:
        raise FarmAPI.FarmPluginException(sentence(error)) from error
