"""Rules for what a kind of engine cannot take; each speaks only where the job goes to that kind.

DrQueue's 1,023 bytes of a command and 127 of a name are in none of them: its engine sends commands as a table, and
makes a name of the title that fits. Sources: the behaviour of a Puli server, tried with the real program, and Slurm's
page on job arrays.
"""

from __future__ import annotations

import shlex
from typing import Iterable, Iterator, Tuple

from farmsubmit.author.elements import Task, children
from farmsubmit.checks.context import Context
from farmsubmit.checks.plugin import rule
from farmsubmit.checks.problem import Problem, Severity

# No longer array is sent, whatever a cluster takes.
_SLURM_ARRAY = 1000
_SETENV = "setenv "
# So many characters are shown on each side of one that cannot be sent.
_NEAR = 30


@rule("long-command", severity=Severity.ERROR, description="A command is longer than its engine says it takes.")
def long_command(context: Context) -> Iterator[Problem]:
    """Such as the 131,071 bytes of a Puli render node; most engines set no limit."""
    most = context.limit("command", 0)
    for where, command in context.tree.commands if most else ():
        size = len(shlex.join(map(str, vars(command).get("argv", ()))).encode("utf-8", "surrogateescape"))
        if size > most:
            text = f"its command has {size:,} bytes, and the engine takes {most:,}"
            yield context.problem(where, text, "put its arguments into a file", field="argv")


@rule(
    "slurm-array",
    severity=Severity.NOTE,
    description="A task has more tasks side by side than one job array of Slurm holds, so it is sent as several.",
)
def slurm_array(context: Context) -> Iterator[Problem]:
    """A cluster may allow less. Source: Slurm's Job Array Support page: the largest index is MaxArraySize less one."""
    if context.scheme != "slurm" or context.job is None:
        return
    most = min(context.limit("array", _SLURM_ARRAY), _SLURM_ARRAY)
    for element in (context.job, *context.tree.tasks):
        count = sum(isinstance(child, Task) and bool(child.cmds) for child in children(element))
        if count > most:
            text = f"it has {count:,} tasks side by side, and an array takes {most:,}: several are sent"
            yield context.problem(element.label, text, "give each task more frames (chunk)", field="chunk")


@rule("puli-ascii", severity=Severity.ERROR, description="A text for Puli has other characters than ASCII.")
def puli_ascii(context: Context) -> Iterator[Problem]:
    """The server refuses such names; such words fail on the worker, and such variables keep it failing for ever.

    Comments and metadata are free text, of which the engine makes ASCII by itself.
    """
    if context.scheme != "puli":
        return
    for where, field, text in _puli_texts(context):
        if not text.isascii():
            at = next(place for place, character in enumerate(text) if not character.isascii())
            near = text if len(text) <= 2 * _NEAR else f"…{text[max(0, at - _NEAR) : at + _NEAR]}…"
            told = f"{field} {near!r} holds {text[at]!r}, and Puli takes only ASCII"
            yield context.problem(where, told, "write it without accents and the like", field=field)


def _puli_texts(context: Context) -> Iterator[Tuple[str, str, str]]:
    if context.job is not None:
        yield context.job.label, "title", str(context.job.title or "")
        yield from _variables(context.job.label, context.job.envkey)
    for task in context.tree.tasks:
        yield task.label, "title", str(vars(task).get("title") or "")
    for where, command in context.tree.commands:
        yield from _variables(where, vars(command).get("envkey", ()))
        yield where, "msg", str(vars(command).get("msg") or "")
    for argument, where in context.tree.words:
        yield where, "argv", argument


def _variables(where: str, envkeys: Iterable[str]) -> Iterator[Tuple[str, str, str]]:
    """Yield the environment keys that set variables; Puli is not sent any others."""
    yield from ((where, "envkey", item) for item in map(str, envkeys) if item.startswith(_SETENV))
