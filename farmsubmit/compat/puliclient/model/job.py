"""A job, as a Puli server tells of it."""

from __future__ import annotations

from typing import Any, Callable, ClassVar, List, Mapping, Optional

from farmsubmit.compat.puliclient.enums import NODE_STATUS_NAMES, NODE_STATUS_SHORT_NAMES
from farmsubmit.compat.puliclient.model._holder import Holder
from farmsubmit.compat.puliclient.model.task import Task
from farmsubmit.errors import EngineError

_CONTROLS = (
    *("setName", "setDispatchKey", "setMinRam", "setMaxRn", "setPool", "setProd", "setShot", "setTags", "setTimers"),
    *("pause", "cancel", "restart", "remove", "retryAllErrors", "killCommands", "forcePause", "updateTags"),
)


class NotForJobs(EngineError, NotImplementedError):
    """Something that Puli's client does not do to a job either."""


class Job(Holder):
    """A job or a part of one: ``children`` below a group, or the ``task``.

    Its state is one of NODE_STATUS, times are seconds since the epoch. In Puli's client the methods that change a job
    do nothing; here they raise NotForJobs, a NotImplementedError, and ``farmsubmit jobs`` does it.
    """

    defaults: ClassVar[Mapping[str, Any]] = {
        "id": 0,
        "name": "",
        "user": "",
        "status": 0,
        "creationTime": 0,
        "updateTime": 0,
        "startTime": 0,
        "endTime": 0,
        "tags": {},
        "commandCount": 0,
        "doneCommandCount": 0,
        "readyCommandCount": 0,
        "dispatchKey": 0,
        "maxRN": 0,
        "timer": None,
        "completion": 0.0,
        "averageTimeByFrame": 0,
        "minTimeByFrame": 0,
        "maxTimeByFrame": 0,
        "dependencies": [],
        "task": None,
        "children": [],
        "poolShares": [],
        "additionnalPoolShares": [],
    }
    id: int
    name: str
    status: int
    task: Optional[Task]
    children: List[Job]

    @classmethod
    def below(cls) -> Mapping[str, Any]:
        """Return the classes of children and of the task."""
        return {"children": Job, "task": Task}

    @property
    def statusLabel(self) -> str:
        """The name of the state, such as ``DONE``."""
        return _label(NODE_STATUS_NAMES, self.status)

    @property
    def statusShortLabel(self) -> str:
        """The letter of the state, such as ``D``."""
        return _label(NODE_STATUS_SHORT_NAMES, self.status)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in _CONTROLS:
            raise AttributeError(f"a Job has no attribute {name!r}")

        def refuse(*args: Any, **kwargs: Any) -> None:
            raise NotForJobs(f"{name}() does nothing in Puli's client", "use farmsubmit jobs JID --do ACTION")

        return refuse

    def __repr__(self) -> str:
        return f"Job({self.name})"

    def __str__(self) -> str:
        return f"Job: {self.id} - {self.name}"


def _label(names: Any, status: Any) -> str:
    is_known = isinstance(status, int) and 0 <= status < len(names)
    return str(names[status]) if is_known else f"unknown state {status!r}"
