"""A render node, as a Puli server tells of it."""

from __future__ import annotations

import json
import sys
from typing import Any, ClassVar, Mapping

from farmsubmit.compat.puliclient.model._holder import Holder
from farmsubmit.compat.puliclient.server.server import RequestError, RequestTimeoutError, request

#: What a worker is told at /pause/, by what it does then.
_RESUME, _PAUSE, _RESTART, _KILL_AND_RESTART = "0", "-1", "-2", "-3"


class RenderNode(Holder):
    """A render node; its state is one of RN_STATUS, memory is in megabytes.

    ``pause`` kills what runs. The four methods ask the worker itself, which must be reachable from here by its host
    name; they return whether it took it, and say on standard error why not.
    """

    defaults: ClassVar[Mapping[str, Any]] = {
        "id": 0,
        "name": "",
        "coresNumber": 0,
        "ramSize": "",
        "speed": 0,
        "systemFreeRam": 0,
        "systemSwapPercentage": 0,
        "puliversion": "",
        "commands": {},
        "status": 0,
        "host": "",
        "port": 0,
        "caracteristics": {},
        "performance": 0.0,
        "excluded": False,
        "createDate": 0,
        "registerDate": 0,
        "lastAliveTime": 0,
    }
    name: str
    host: str
    port: int

    def resume(self) -> bool:
        """Let the render node take commands again."""
        return self._tell(_RESUME)

    def pause(self) -> bool:
        """Kill what the render node runs, and let it take no more commands."""
        return self._tell(_PAUSE)

    def restart(self) -> bool:
        """Start the worker again once it has nothing to do."""
        return self._tell(_RESTART)

    def killAndRestart(self) -> bool:
        """Kill what the render node runs, and start the worker again."""
        return self._tell(_KILL_AND_RESTART)

    def _tell(self, content: str) -> bool:
        try:
            request(self.host, self.port, "pause/", "post", data=json.dumps({"content": content}))
        except (RequestError, RequestTimeoutError) as error:
            sys.stderr.write(f"render node {self.name}: {error}\n")
            return False
        return True

    def __repr__(self) -> str:
        return f"RenderNode({self.name})"

    def __str__(self) -> str:
        return str(self.name)
