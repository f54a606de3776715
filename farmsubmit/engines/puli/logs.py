"""Logs of commands: the render node that ran a command has its log, and gives it by itself."""

from __future__ import annotations

import re
from typing import Dict, List, Sequence, Set, Tuple

from farmsubmit.engines.http import Http
from farmsubmit.engines.puli.tree import CommandView
from farmsubmit.engines.puli.units import Unit
from farmsubmit.errors import EngineUnreachable

#: Seconds to connect to a render node, and without a byte of a log.
TIMEOUT = (3.0, 20.0)
_NODE = re.compile(r"[A-Za-z0-9_.-]{1,253}:\d{1,5}\Z")


def logs_of(units: Sequence[Unit]) -> str:
    """Return the logs of tasks, one after the other, each command with a first line that begins with ``#``.

    A log that cannot be had is a line that says why; a render node that does not answer is asked once.
    """
    workers = _Workers()
    parts: List[str] = []
    seen: Set[int] = set()
    for unit in units:
        for command in [*unit.commands, *unit.cleanup]:
            if command.cid in seen:
                continue
            seen.add(command.cid)
            log, problem = workers.log(command)
            parts.append(_shown(command, log, problem))
    workers.close()
    return "".join(parts)


def _shown(command: CommandView, log: str, problem: str) -> str:
    where = f" on {command.where}" if command.where else ""
    end = "" if not log or log.endswith("\n") else "\n"
    return f"# {command.title}{where}\n{log}{end}" + (f"# {problem}\n" if problem else "")


class _Workers:
    """Connections to render nodes, and those that do not answer."""

    def __init__(self) -> None:
        self._open: Dict[str, Http] = {}
        self._silent: Dict[str, str] = {}

    def log(self, command: CommandView) -> Tuple[str, str]:
        """Return the log of a command, and why there is none."""
        where = command.where
        if not where:
            return "", "it has not run yet"
        if not _NODE.match(where):
            return "", "its render node has no address"
        if where in self._silent:
            return "", self._silent[where]
        try:
            return self._asked(where, f"log/command/{command.task}/{command.cid}.log")
        except EngineUnreachable as error:
            self._silent[where] = f"its log cannot be had: {error}"
            return "", self._silent[where]

    def _asked(self, where: str, path: str) -> Tuple[str, str]:
        http = self._open.get(where)
        if http is None:
            http = self._open[where] = Http(f"http://{where}", TIMEOUT)
        answer = http.get(path)
        if answer.status == 200:
            return answer.text, ""
        return "", "its render node has no log of it" if answer.status == 404 else f"it answers {answer.status}"

    def close(self) -> None:
        """Close the connections."""
        for http in self._open.values():
            http.close()
