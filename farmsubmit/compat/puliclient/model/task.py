"""A task, as a Puli server tells of it."""

from __future__ import annotations

from typing import Any, ClassVar, List, Mapping

from farmsubmit.compat.puliclient.model._holder import Holder
from farmsubmit.compat.puliclient.model.command import Command


class Task(Holder):
    """A task with its commands; its state is one of NODE_STATUS, times are seconds since the epoch."""

    defaults: ClassVar[Mapping[str, Any]] = {
        "id": 0,
        "name": "",
        "user": "",
        "status": 0,
        "creationTime": 0,
        "startTime": 0,
        "endTime": 0,
        "updateTime": 0,
        "tags": {},
        "commands": [],
        "lic": "",
        "ramUse": 0,
        "completion": 0.0,
        "averageTimeByFrame": 0,
        "minTimeByFrame": 0,
        "maxTimeByFrame": 0,
        "runner": "",
        "arguments": {},
        "environment": {},
        "maxAttempt": 1,
        "paused": False,
    }
    id: int
    name: str
    commands: List[Command]

    @classmethod
    def below(cls) -> Mapping[str, Any]:
        """Return the class of commands."""
        return {"commands": Command}

    def __repr__(self) -> str:
        return f"Task({self.name})"

    def __str__(self) -> str:
        return f"Task: {self.id} - {self.name}"
