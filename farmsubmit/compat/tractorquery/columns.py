"""The attributes of jobs, tasks, commands, invocations and blades that a query gives.

Sources: Tractor's Query Python API page and Glossary for the names of a job's attributes, and what public scripts read
of a command and an invocation. The tables of the other entities are in no page that can be read: ``state``,
``parent``, ``progress``, ``exitcode``, ``blade``, ``reason``, ``name``, ``profile`` and ``provides`` are our names.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from farmsubmit.compat.tractorquery.errors import NotTold, TractorQueryError
from farmsubmit.engines.base import ACTIVE, BLOCKED, DONE, ERROR, KILLED, PAUSED, READY, SKIPPED, JobStatus
from farmsubmit.errors import did_you_mean
from farmsubmit.lang.search import Kind


class Column(NamedTuple):
    """An attribute: its name, its kind, and what gives its value of an item."""

    name: str
    kind: Kind
    of: Callable[[Any], Any]


class Item(NamedTuple):
    """A task, command or invocation with the job that it belongs to."""

    jid: str
    status: Any
    argv: Sequence[str] = ()


class Entity(NamedTuple):
    """What can be listed: its name, its columns, the words that stand for a state, and what engines do not tell."""

    name: str
    columns: Tuple[Column, ...]
    states: Tuple[str, ...] = ()
    untold: Tuple[str, ...] = ()

    @property
    def kinds(self) -> Dict[str, Kind]:
        """The kinds of the attributes by name."""
        return {column.name: column.kind for column in self.columns}

    def values(self, item: Any) -> Dict[str, Any]:
        """Return the values of an item as a search compares them."""
        return {column.name: column.of(item) for column in self.columns}

    def why_untold(self, prefix: str = "") -> Dict[str, str]:
        """Return, for each attribute that exists and is not told, the sentence that says so."""
        return {
            f"{prefix}{name}": f"{name} of a {self.name} is nothing that engines tell farmsubmit"
            for name in self.untold
        }

    def row(self, values: Mapping[str, Any], columns: Optional[Sequence[str]] = None) -> Row:
        """Return what a script gets of an item: all columns, or those that were asked for."""
        names = self.kinds if columns is None else columns
        return Row(self, {name: shown(values[name], self.kinds[name]) for name in names})

    def checked(self, columns: Optional[Sequence[str]]) -> Optional[List[str]]:
        """Return the columns that were asked for; raise TractorQueryError for one that is not there."""
        if columns is None:
            return None
        if isinstance(columns, str):
            raise TractorQueryError(f"columns={columns!r} is no list", f"write columns=[{columns!r}]")
        for name in columns:
            if name not in self.kinds:
                raise self.no_column(name)
        return list(columns)

    def no_column(self, name: object) -> NotTold:
        """Return the error for an attribute that is not told, or that there is not."""
        known = f"known are {', '.join(self.kinds)}"
        if name in self.untold:
            return NotTold(self.why_untold()[str(name)], known)
        return NotTold(f"a {self.name} has no {name!r}", did_you_mean(str(name), self.kinds) or known)


class Row(Dict[str, Any]):
    """An item as a query gives it: a dictionary that says of a missing key why it is missing."""

    def __init__(self, entity: Entity, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.entity = entity

    def __missing__(self, key: str) -> Any:
        if key in self.entity.kinds:
            raise NotTold(f"{key!r} was not among the columns that were asked for")
        raise self.entity.no_column(key)

    def __reduce__(self) -> Any:
        # A copy, also one for another process, is a plain dictionary.
        return dict, (dict(self),)


def shown(value: Any, kind: Kind) -> Any:
    """Return a value as a script reads it: times as ``2014-02-17 08:16:53.971-08``, lists as lists of their own."""
    if kind is Kind.TIME and value is not None:
        text = datetime.fromtimestamp(value).astimezone().isoformat(" ", "milliseconds")
        return text[:-3] if text.endswith(":00") else text
    return list(value) if kind is Kind.TEXTS else value


def _jid(text: str) -> Any:
    return int(text) if text.isascii() and text.isdigit() else text


def _elapsed(item: Any) -> float:
    if item.started is None:
        return 0.0
    return float(max(0.0, (item.stopped or time.time()) - item.started))


def _count(*states: str) -> Callable[[JobStatus], int]:
    return lambda job: sum(job.counts.get(state, 0) for state in states)


JOB = Entity(
    "job",
    (
        Column("jid", Kind.ID, lambda job: _jid(job.jid)),
        Column("title", Kind.TEXT, lambda job: job.title),
        Column("owner", Kind.TEXT, lambda job: job.owner),
        Column("state", Kind.TEXT, lambda job: job.state),
        Column("priority", Kind.NUMBER, lambda job: job.priority),
        Column("numtasks", Kind.NUMBER, lambda job: job.total),
        Column("numblocked", Kind.NUMBER, _count(BLOCKED)),
        Column("numready", Kind.NUMBER, _count(READY)),
        Column("numactive", Kind.NUMBER, _count(ACTIVE)),
        # A skipped task counts as done for its parent.
        Column("numdone", Kind.NUMBER, _count(DONE, SKIPPED)),
        Column("numerror", Kind.NUMBER, _count(ERROR)),
        Column("spooltime", Kind.TIME, lambda job: job.spooled or None),
        Column("starttime", Kind.TIME, lambda job: job.started),
        Column("stoptime", Kind.TIME, lambda job: job.stopped),
        Column("elapsedsecs", Kind.NUMBER, _elapsed),
    ),
    (BLOCKED, READY, ACTIVE, DONE, ERROR, PAUSED, KILLED),
    (
        *("tier", "crews", "projects", "service", "tags", "envkey", "comment", "metadata", "editpolicy", "etalevel"),
        *("afterjids", "aftertime", "maxslots", "assignments", "dirmap", "spoolhost", "spoolfile", "spoolcwd"),
        *("spooladdr", "esttotalsecs", "maxtid", "maxcid"),
    ),
)

_IDS = (Column("jid", Kind.ID, lambda item: _jid(item.jid)), Column("tid", Kind.NUMBER, lambda item: item.status.tid))
_RUN = (
    Column("blade", Kind.TEXT, lambda item: item.status.blade),
    Column("exitcode", Kind.NUMBER, lambda item: item.status.exit_code),
    Column("starttime", Kind.TIME, lambda item: item.status.started),
    Column("stoptime", Kind.TIME, lambda item: item.status.stopped),
    Column("elapsedsecs", Kind.NUMBER, lambda item: _elapsed(item.status)),
)

TASK = Entity(
    "task",
    (
        *_IDS,
        Column("title", Kind.TEXT, lambda item: item.status.title),
        Column("state", Kind.TEXT, lambda item: item.status.state),
        Column("parent", Kind.NUMBER, lambda item: item.status.parent),
        Column("progress", Kind.NUMBER, lambda item: item.status.progress),
        Column("reason", Kind.TEXT, lambda item: item.status.reason),
        *_RUN,
    ),
    (BLOCKED, READY, ACTIVE, DONE, ERROR, SKIPPED),
)

COMMAND = Entity("command", (*_IDS, Column("argv", Kind.TEXTS, lambda item: item.argv)), (), ("cid", "local"))

INVOCATION = Entity(
    "invocation",
    (*_IDS, Column("current", Kind.NUMBER, lambda item: int(item.status.state == ACTIVE)), *_RUN),
    (),
    ("wtime",),
)

BLADE = Entity(
    "blade",
    (
        Column("name", Kind.TEXT, lambda blade: blade.name),
        Column("address", Kind.TEXT, lambda blade: blade.address),
        Column("profile", Kind.TEXT, lambda blade: blade.profile),
        Column("provides", Kind.TEXTS, lambda blade: blade.provides),
    ),
)

#: From the outermost to what is listed; a name without a prefix is that of the innermost that has it.
CHAINS: Dict[str, Tuple[Entity, ...]] = {
    "jobs": (JOB,),
    "tasks": (JOB, TASK),
    "commands": (JOB, TASK, COMMAND),
    "invocations": (JOB, TASK, INVOCATION),
    "blades": (BLADE,),
}
