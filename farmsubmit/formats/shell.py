"""A job as a shell script that runs all of it on this machine, one task after another.

The order is the one in which the local engine runs a job on one slot: children before parents, an instance once,
serial siblings in their order. A task's cleanup runs also when its commands failed; then come the postscripts and the
cleanup of the job that fit. Unlike the engine, the script stops at the first task that fails.
Source of the language: POSIX, "Shell Command Language"; of the order: Tractor's operator pages.
"""

from __future__ import annotations

import re
from shlex import quote
from typing import Iterator, List, NamedTuple, Sequence, Tuple

from farmsubmit._version import __version__
from farmsubmit.author.elements import Job
from farmsubmit.author.planning.losses import Dropped
from farmsubmit.author.planning.needs import one_by_one
from farmsubmit.author.planning.plan import CommandPlan, JobPlan, TaskPlan
from farmsubmit.errors import FarmsubmitError, SubstitutionError
from farmsubmit.formats._here import Here, Machine
from farmsubmit.formats._losses import told
from farmsubmit.formats._plain import plain
from farmsubmit.formats.outline import counted

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_INDENT = "    "
# Shells have these themselves; env starts the program of that name instead, as an engine would.
_OF_THE_SHELL = frozenset(
    re.findall(
        r"\S+",
        """
        ! . : [ alias bg break builtin case cd command continue declare dirs disown do done echo elif else enable esac
        eval exec exit export failed false fc fg fi for function getopts hash help history if in jobs kill let local
        logout popd printf pushd pwd read readonly return select set shift shopt source suspend test then time times
        trap true type typeset ulimit umask unalias unset until wait while { }
        """,
    )
)


class Script(NamedTuple):
    """A script, ending in a newline, and what of the job it does not say."""

    text: str
    dropped: Tuple[Dropped, ...]


def to_shell(job: Job) -> str:
    """Return the script of a job; see ``shell_script``."""
    return shell_script(job).text


def shell_script(job: Job) -> Script:
    """Return the script of a job, and what it drops.

    Host name, home folders, the settings ``slots`` and ``zone`` are those of this machine now. Raises JobTreeError for
    a job that cannot run, SettingsError for wrong settings, and FarmsubmitError for a command that only a farm can run.
    """
    import socket

    from farmsubmit.author.planning.planner import build_plan
    from farmsubmit.author.planning.unroll import unrolled
    from farmsubmit.formats._losses import in_order, look_at_all
    from farmsubmit.formats._shell_losses import ShellLosses
    from farmsubmit.settings import load_settings

    settings = load_settings()
    machine = Machine(socket.gethostname(), settings["slots"], settings["zone"])
    job = unrolled(job)
    plan, found = build_plan(job, machine.slots)
    losses = ShellLosses()
    look_at_all(losses, job)
    dropped = in_order(tuple(each for each in found if each.option in ("atleast", "envkey")), losses.report())
    lines = _Writer(plan, machine).lines(told(dropped))
    return Script("\n".join(lines) + "\n", dropped)


class _Writer:
    def __init__(self, plan: JobPlan, machine: Machine) -> None:
        self.plan = plan
        self.machine = machine
        commands = [*plan.postscript, *plan.cleanup]
        commands += [command for task in plan.tasks for command in (*task.cmds, *task.cleanup)]
        # A command's own variables stand in place of the job's, so then each is given those it gets.
        own = any(command.env is not None and command.env != plan.env for command in commands)
        self.exported = {} if own or not all(map(_VARIABLE.match, plan.env)) else plan.env
        self.here = Here(plan, machine)

    def lines(self, losses: Sequence[str]) -> Iterator[str]:
        order = [self.plan.tasks[tid - 1] for tid in one_by_one(self.plan.needs, len(self.plan.tasks))]
        run = [task for task in order if task.cmds or task.cleanup]
        yield from self._head(len(run), losses)
        yield from self._failed()
        for task in run:
            yield ""
            yield from self._task(task)
        done = [*self._postscripts("done"), *self._each(self.plan.cleanup, 0)]
        if done:
            yield from ("", "# The job is done", *done)
        # The last command may have been one that is allowed to fail.
        yield from ("", "exit 0")

    def _head(self, count: int, losses: Sequence[str]) -> Iterator[str]:
        yield "#!/bin/sh"
        yield f"# Job: {plain(self.plan.title) or '(no title)'}"
        yield f"# Runs {counted(count, 'task')} on this machine, one after another: sh THIS_FILE"
        yield "# It stops at the first task that fails, with the exit code of its command."
        yield f"# Written by farmsubmit {__version__} for {plain(self.machine.name)}."
        if losses:
            yield "# Not as on a farm:"
        yield from (f"#   {plain(line)}" for line in losses)
        yield ""
        yield "exec </dev/null"
        yield from (f"export {name}={quote(value)}" for name, value in self.exported.items())
        if self.plan.cwd:
            yield f"cd -- {quote(self.plan.cwd)} || exit"
        yield ""

    def _failed(self) -> Iterator[str]:
        """Yield the function for the end of a job in error: its exit code, the number and title of the task."""
        yield "failed() {"
        yield _INDENT + 'printf \'task %s failed with exit code %s: %s\\n\' "$2" "$1" "$3" >&2'
        yield from (_INDENT + line for line in self._postscripts("error"))
        yield _INDENT + 'exit "$1"'
        yield "}"

    def _postscripts(self, when: str) -> List[str]:
        return self._each([each for each in self.plan.postscript if each.when in ("always", when)], 0)

    def _each(self, commands: Sequence[CommandPlan], tid: int) -> List[str]:
        """Return commands of which each runs whatever became of the one before."""
        return [self._command(command, tid) for command in commands]

    def _task(self, task: TaskPlan) -> Iterator[str]:
        yield f"# Task {task.tid}: {plain(task.title)}"
        cleanup = self._each(task.cleanup, task.tid)
        if not task.cmds:
            yield from cleanup
            return
        stop = f"{task.tid} {quote(plain(task.title))}"
        commands = " &&\n".join(self._command(command, task.tid) for command in task.cmds)
        if not cleanup:
            yield f"{commands} ||\n{_INDENT}failed $? {stop}"
            return
        yield from ("_code=0", f"{commands} ||\n{_INDENT}_code=$?")
        yield from cleanup
        yield f'[ "$_code" -eq 0 ] || failed "$_code" {stop}'

    def _command(self, command: CommandPlan, tid: int) -> str:
        try:
            argv, message = self.here.words(command, tid)
        except SubstitutionError as error:
            hint = error.hint or "spool the job to an engine, which knows that"
            where = f"task {tid}" if tid else "the job"
            raise FarmsubmitError(f"{where} cannot stand in a shell script: {error.problem}", hint) from None
        line = self._line(argv, command)
        return line if message is None else f"printf %s {quote(message)} | {line}"

    def _line(self, argv: List[str], command: CommandPlan) -> str:
        if "=" in argv[0]:
            raise FarmsubmitError(f"a shell cannot start {argv[0]!r}: it takes it for a variable", "rename the program")
        env = {} if self.exported else self.plan.env if command.env is None else command.env
        words = [f"{name}={value}" for name, value in env.items()] + argv
        if env or argv[0] in _OF_THE_SHELL:
            words.insert(0, "env")
        return " ".join(map(quote, words))
