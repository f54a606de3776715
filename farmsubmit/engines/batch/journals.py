"""How a task stands by its journal, which the wrapper writes on the node and the engine adds to."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterator, NamedTuple, Optional, Tuple

_AGAIN = "again"
# As many tasks take some 20 MB.
_MOST_KEPT = 50_000
_Stamp = Tuple[str, int, int]


class Noted(NamedTuple):
    """What a journal says: ``state`` is done, error, skipped, started, or empty where nothing has begun (again)."""

    state: str = ""
    host: str = ""
    started: Optional[float] = None
    stopped: Optional[float] = None
    code: Optional[int] = None
    progress: int = 0
    reason: str = ""

    @property
    def ended(self) -> bool:
        """Whether the task is over."""
        return self.state in ("done", "skipped", "error")


def read_journal(folder: Path, tid: int) -> Noted:
    """Return what the journal of a task says; a line that is not whole yet is not looked at."""
    noted = Noted()
    for event in _events(folder / "journals" / f"{tid}.jsonl"):
        noted = _with(noted, event)
    return noted


class Journals:
    """Journals that are read again and again: one that had ended is only read where it was changed since."""

    def __init__(self) -> None:
        self._ended: Dict[Path, Tuple[_Stamp, Noted]] = {}

    def read(self, folder: Path, tid: int, sent: str) -> Noted:
        """Return what the journal of a task says; ``sent`` is as what it was sent last: sent anew, it is read anew.

        A network disk may tell late of a change, and only an open file is sure to be new: so what runs is always read.
        """
        path = folder / "journals" / f"{tid}.jsonl"
        try:
            found = path.stat()
        except OSError:
            return Noted()
        stamp = (sent, found.st_size, found.st_mtime_ns)
        known = self._ended.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        noted = read_journal(folder, tid)
        if noted.ended:
            self._keep(path, (stamp, noted))
        return noted

    def _keep(self, path: Path, known: Tuple[_Stamp, Noted]) -> None:
        if len(self._ended) >= _MOST_KEPT:
            self._ended.clear()
        self._ended[path] = known


def _with(noted: Noted, event: Dict[str, Any]) -> Noted:
    kind = event.get("event")
    if kind == "start":
        return Noted("started", str(event.get("host", "")), event.get("time"))
    if kind == "progress":
        return noted._replace(progress=int(event.get("percent", 0)))
    if kind == "skip":
        return noted._replace(state="skipped", stopped=event.get("time"), reason="skipped")
    if kind == _AGAIN:
        return Noted()
    if kind == "end":
        state = str(event.get("state", "error"))
        progress = 100 if state == "done" else noted.progress
        ended = noted._replace(state=state, stopped=event.get("time"), progress=progress)
        return ended._replace(code=event.get("code"), reason=str(event.get("reason", "")))
    return noted


def _events(path: Path) -> Iterator[Dict[str, Any]]:
    import json

    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return
    for line in lines[:-1]:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event
