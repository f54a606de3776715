"""The job for one of Katana's own renders: what Katana asks a farm to run, as one task of commands in their order."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Protocol, Sequence, Union

from farmsubmit.author.elements import Job
from farmsubmit.errors import FarmsubmitError, FrameError
from farmsubmit.lang.frames import FrameSet
from farmsubmit.lang.substitution import literal
from farmsubmit.settings import Settings
from farmsubmit.tasks.environment import captured
from farmsubmit_katana.commandwords import words

_JOB_SETTINGS = ("priority", "tier", "projects", "tags", "crews", "maxactive", "comment")
_LONGEST_FRAMES = 60


class JobRequest(Protocol):
    """What Katana asks for. Source: the developer guide, "Render Farm Plug-ins", JobRequest."""

    nodeName: str
    renderContextName: str
    frames: Sequence[float]
    commands: Sequence[Union[str, Sequence[str]]]
    environment: Optional[Mapping[str, str]]
    tempDir: str


def job_of(request: JobRequest, settings: Settings) -> Job:
    """Return the job of a request, with the job settings of this user.

    The commands are one task, one after the other, for Katana names them stages of one render; they are sent as they
    are, nothing in them is substituted. Of the environment those variables travel that the settings environment_allow
    and environment_deny let through. Raises FarmsubmitError for a request without commands.
    """
    if not request.commands:
        raise FarmsubmitError(f"Katana gave no command for {request.nodeName}", "look at Katana's own log")
    told = {name: settings[name] for name in _JOB_SETTINGS if settings[name] not in (None, "", [])}
    title = " ".join(filter(None, (request.nodeName, _frames_text(request.frames))))
    job = Job(title=title, **told)
    job.envkey = [*settings["envkey"], *_environment(request.environment, settings)]
    task = job.newTask(title=request.nodeName)
    for command in request.commands:
        task.newCommand(argv=[literal(word) for word in words(command)], service=settings["service_katana"])
    return job


def _frames_text(frames: Optional[Sequence[float]]) -> str:
    if not frames:
        return ""
    try:
        text = str(FrameSet.parse(",".join(f"{frame:g}" for frame in frames)))
    except FrameError:
        return ""
    return text if len(text) <= _LONGEST_FRAMES else f"{len(frames)} frames"


def _environment(given: Any, settings: Settings) -> Sequence[str]:
    if not given:
        return ()
    variables = {str(name): str(value) for name, value in dict(given).items()}
    settings.put({"environment_resolver": lambda: variables}, "Katana's request")
    return captured(settings).items
