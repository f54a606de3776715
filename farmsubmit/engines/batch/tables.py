"""The tables of a job's folder: what each row of an array runs, in JSON, ready for the wrapper on the node.

What is known when the job is sent stands in the words already; the rest is left as a part that the wrapper replaces:
hosts, restarts, home folders, and paths by zone.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from farmsubmit.author.planning.plan import CommandPlan, JobPlan, TaskPlan
from farmsubmit.engines.batch.plan import BatchPlan, Place, place
from farmsubmit.errors import SubstitutionError
from farmsubmit.lang.dirmap import DirMap, map_path, zones
from farmsubmit.lang.substitution import Piece, PieceKind, scan

#: A part of a word: text, or what only the node knows, as its kind and an argument.
Part = Any

_HOSTS = {
    PieceKind.HOSTS: "hosts",
    PieceKind.ID_HOSTS: "hosts",
    PieceKind.HOST_OPTIONS: "hostoptions",
    PieceKind.ID_HOST_OPTIONS: "hostoptions",
}


def tables(plan: BatchPlan, jid: int, size: int) -> Dict[str, Dict[str, Any]]:
    """Return the tables by name: rows by array index, arrays of this size at most."""
    maker = _Maker(plan, jid)
    found: Dict[str, Dict[str, Any]] = {}
    for tid, row in plan.layout.rows.items():
        where: Place = place(row, size)
        found.setdefault(where.table, {})[str(where.at)] = maker.task(plan.job.tasks[tid - 1])
    return found


def last_table(plan: BatchPlan, jid: int) -> Dict[str, Any]:
    """Return the table of what runs after the tree; it has one row."""
    maker = _Maker(plan, jid)
    job = plan.job
    after = [{**maker.command(command, 0), "when": command.when} for command in job.postscript]
    cleanup = [maker.command(command, 0) for command in job.cleanup]
    return {"0": {"tid": 0, "tids": sorted(plan.layout.rows), "postscript": after, "cleanup": cleanup}}


def unmapped(job: JobPlan, ids: Mapping[str, int]) -> List[str]:
    """Return the words whose paths cannot be mapped beforehand, for they hold what only the node knows."""
    found: List[str] = []
    for command in _commands(job):
        for word in command.argv:
            if "%D" in word and any(map(_has_late_path, _scanned(word, ids)[0])):
                found.append(word)
    return found


def _commands(job: JobPlan) -> Iterable[CommandPlan]:
    for task in job.tasks:
        yield from task.cmds
        yield from task.cleanup
    yield from job.postscript
    yield from job.cleanup


def _scanned(word: str, ids: Mapping[str, int]) -> Tuple[Sequence[Piece], str]:
    """Return the pieces of a word, or none and the reason why it cannot be read."""
    try:
        return scan(word, ids), ""
    except SubstitutionError as error:
        return (), str(error)


_EARLY = frozenset(
    {
        PieceKind.LITERAL,
        PieceKind.PERCENT,
        PieceKind.SLOTS,
        PieceKind.JOB,
        PieceKind.TASK,
        PieceKind.COMMAND,
        PieceKind.LOOP,
        PieceKind.QUALITY,
    }
)


def _has_late_path(piece: Piece) -> bool:
    return piece.kind is PieceKind.MAPPED and any(part.kind not in _EARLY for part in piece.inner)


class _Maker:
    def __init__(self, plan: BatchPlan, jid: int) -> None:
        self.plan, self.jid = plan, jid
        self.maps = [DirMap(*parts) for parts in plan.job.dirmaps]
        self.zones = zones(self.maps)

    def task(self, task: TaskPlan) -> Dict[str, Any]:
        cmds = [self.command(command, task.tid) for command in task.cmds]
        return {"tid": task.tid, "cmds": cmds, "cleanup": [self.command(each, task.tid) for each in task.cleanup]}

    def command(self, command: CommandPlan, tid: int) -> Dict[str, Any]:
        """Return a command for the wrapper: ``argv`` as it was sent, and ``words`` where anything is replaced."""
        row: Dict[str, Any] = {"cid": command.cid, "argv": command.argv}
        known = {"retryrc", "minrunsecs", "maxrunsecs", "env"} & command.to_json().keys()
        row.update((name, getattr(command, name)) for name in sorted(known))
        if any("%" in word or word.startswith("~") for word in command.argv):
            row["words"] = [self._word(word, command, tid) for word in command.argv]
        if command.msg is not None:
            row["msg"] = self._word(command.msg, command, tid)
        return row

    def _word(self, text: str, command: CommandPlan, tid: int) -> Part:
        if "%" not in text and not text.startswith("~"):
            return text
        pieces, problem = _scanned(text, self.plan.ids)
        if problem:
            return [["problem", problem]]
        parts = _merged([self._part(piece, command, tid) for piece in pieces])
        return parts[0] if len(parts) == 1 and isinstance(parts[0], str) else parts or ""

    def _part(self, piece: Piece, command: CommandPlan, tid: int) -> Part:
        early = self._early(piece, command, tid)
        if early is not None:
            return early
        if piece.kind in _HOSTS:
            return [_HOSTS[piece.kind], self.plan.ids[piece.argument] if piece.argument else tid]
        if piece.kind is PieceKind.HOME:
            return ["home", piece.argument]
        if piece.kind is PieceKind.MAPPED:
            return self._path(piece, command, tid)
        return ["recover", ""]

    def _path(self, piece: Piece, command: CommandPlan, tid: int) -> Part:
        if _has_late_path(piece):
            return ["problem", f"{piece.text!r} holds what only the node knows, so it cannot be mapped"]
        path = "".join(self._early(part, command, tid) or "" for part in piece.inner)
        mapped = {zone: map_path(path, self.maps, zone) for zone in self.zones}
        return ["map", {"": path, **mapped}] if any(other != path for other in mapped.values()) else path

    def _early(self, piece: Piece, command: CommandPlan, tid: int) -> Optional[str]:
        """Return the text of a piece that is known when the job is sent."""
        if piece.kind is PieceKind.LITERAL:
            return piece.text
        values = {
            PieceKind.PERCENT: "%",
            PieceKind.SLOTS: command.slots,
            PieceKind.JOB: self.jid,
            PieceKind.TASK: tid,
            PieceKind.COMMAND: command.cid,
            PieceKind.LOOP: 0,
            PieceKind.QUALITY: 1.0,
        }
        value = values.get(piece.kind)
        return None if value is None else str(value)


def _merged(parts: Sequence[Part]) -> List[Part]:
    """Join texts that stand side by side."""
    found: List[Part] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return found
