"""A command, as a Puli server tells of it."""

from __future__ import annotations

from typing import Any, ClassVar, Mapping

from farmsubmit.compat.puliclient.model._holder import Holder


class Command(Holder):
    """A command: its state is one of CMD_STATUS, times are seconds since the epoch, ``renderNode`` is ``host:port``."""

    defaults: ClassVar[Mapping[str, Any]] = {
        "id": 0,
        "description": "",
        "status": 0,
        "completion": 0.0,
        "attempt": 0,
        "message": "",
        "renderNode": None,
        "nbFrames": 0,
        "arguments": {},
        "startTime": 0,
        "endTime": 0,
        "updateTime": 0,
        "avgTimeByFrame": 0.0,
        "stats": {},
    }
    id: int

    def __repr__(self) -> str:
        return f"Command({self.id})"

    def __str__(self) -> str:
        return f"Command: {self.id}"
