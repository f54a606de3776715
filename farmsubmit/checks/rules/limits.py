"""Rules for what a kind of engine cannot take; each speaks only where the job goes to that kind.

Sources: the protocol of DrQueue's master and the behaviour of a Puli server, both tried with the real programs, and
Slurm's page on job arrays.
"""

from __future__ import annotations

import shlex
from typing import Iterator, List, Tuple

from farmsubmit.author.elements import Task, children
from farmsubmit.checks.context import Context
from farmsubmit.checks.plugin import rule
from farmsubmit.checks.problem import Problem, Severity

# A field of so many bytes, of which the last is always empty.
_DRQUEUE_COMMAND = 1023
_DRQUEUE_NAME = 127
# Indices go from 0 to MaxArraySize - 1. What it is where nobody set it was not seen on a farm.
_SLURM_ARRAY = 1001


@rule("drqueue-command", description=f"A command is longer than the {_DRQUEUE_COMMAND:,} bytes that DrQueue keeps.")
def drqueue_command(context: Context) -> Iterator[Problem]:
    """DrQueue's own library cuts a longer command off and says nothing. Source: MAXCMDLEN of its job structure."""
    if context.scheme != "drqueue":
        return
    most = context.limit("command", _DRQUEUE_COMMAND)
    for where, command in context.tree.commands:
        size = _bytes(shlex.join(map(str, vars(command).get("argv", ()))))
        if size > most:
            text = f"its command has {size:,} bytes, and DrQueue keeps {most:,}"
            yield context.problem(where, text, "put it into a script on a shared disk", field="argv")


@rule("drqueue-name", severity=Severity.ERROR, description="A job title that DrQueue cannot keep, or write a log for.")
def drqueue_name(context: Context) -> Iterator[Problem]:
    """The name is that of the log's folder too. Source: MAXNAMELEN of its job structure."""
    if context.scheme != "drqueue" or context.job is None:
        return
    title = str(context.job.title or "")
    if "/" in title:
        text = f"the title {title!r} holds '/', and DrQueue writes no log for such a job"
        yield context.problem(context.job.label, text, "leave out the '/'", field="title")
    if _bytes(title) > _DRQUEUE_NAME:
        text = f"the title has {_bytes(title)} bytes, and DrQueue keeps {_DRQUEUE_NAME}"
        yield context.problem(context.job.label, text, "give a shorter one", field="title")


@rule(
    "slurm-array",
    severity=Severity.NOTE,
    description="A task has more tasks side by side than one job array of Slurm holds, so it is sent as several.",
)
def slurm_array(context: Context) -> Iterator[Problem]:
    """Source: Slurm's Job Array Support page: the largest index is MaxArraySize less one."""
    if context.scheme != "slurm" or context.job is None:
        return
    most = context.limit("array", _SLURM_ARRAY)
    for element in (context.job, *context.tree.tasks):
        count = sum(isinstance(child, Task) and bool(child.cmds) for child in children(element))
        if count > most:
            text = f"it has {count:,} tasks side by side, and one array of Slurm holds {most:,}: several are sent"
            yield context.problem(element.label, text, "give each task more frames (chunk)", field="chunk")


@rule("puli-ascii", severity=Severity.ERROR, description="A text for Puli has other characters than ASCII.")
def puli_ascii(context: Context) -> Iterator[Problem]:
    """The server refuses such names; such words fail on the worker, and such variables keep it failing for ever."""
    if context.scheme != "puli":
        return
    for where, field, text in _puli_texts(context):
        if not text.isascii():
            strange = next(character for character in text if not character.isascii())
            told = f"{field} {text!r} holds {strange!r}, and Puli takes only ASCII"
            yield context.problem(where, told, "write it without accents and the like", field=field)


def _puli_texts(context: Context) -> Iterator[Tuple[str, str, str]]:
    if context.job is not None:
        named: List[str] = ["title", "comment"]
        yield from ((context.job.label, name, str(vars(context.job).get(name) or "")) for name in named)
        yield from ((context.job.label, "envkey", item) for item in context.job.envkey)
    for task in context.tree.tasks:
        yield task.label, "title", str(vars(task).get("title") or "")
    for where, command in context.tree.commands:
        yield from ((where, "envkey", item) for item in vars(command).get("envkey", ()))
    for argument, where in context.tree.arguments.items():
        yield where, "argv", argument


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))
