"""Rules for the words of commands: what is replaced at launch, and what only looks as if it were."""

from __future__ import annotations

import re
from itertools import islice
from typing import Iterator, Optional, Sequence

from farmsubmit.checks.context import Context, row_label
from farmsubmit.checks.plugin import rule
from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.checks.tree import is_plain
from farmsubmit.errors import ParseError
from farmsubmit.lang import substitution

# Among very many ids working out one hint takes a while, so only the first bad words are told.
_MANY_IDS = 1_000
_MOST_BAD = 5
_TILDE = re.compile(r"~(?=[A-Za-z/]|\Z)")
# One machine, and one home folder.
_LOCAL_ENGINE = "local"
_MAPPED_TILDE = re.compile(r"%D\(~")
# A variable that is a folder's name, or the start of a path: a word with blanks is text, and may mean it.
_VARIABLE = re.compile(r"(?:^|[(/=])\$\{?([A-Za-z_]\w*)\}?(?=[/)\\]|\Z)")
_BLANK = re.compile(r"\s")


@rule("bad-substitution", severity=Severity.ERROR, description="A '%' that the engine cannot make sense of.")
def bad_substitution(context: Context) -> Iterator[Problem]:
    """Such as the frame pattern ``%04d``. Source: Tractor's Process Launch page, "Substitutions"."""
    most = _MOST_BAD if len(context.tree.ids) > _MANY_IDS else None
    return islice(_bad_substitutions(context), most)


def _bad_substitutions(context: Context) -> Iterator[Problem]:
    for argument, where in context.tree.words:
        if is_plain(argument):
            continue
        try:
            substitution.scan(argument, context.tree.ids)
        except ParseError as error:
            text = f"argument {argument!r}, column {error.column}: {error.problem}"
            yield context.problem(where, text, error.hint, field="argv")


@rule("literal-tilde", description="A word of a command begins with '~', or maps a path that does.")
def literal_tilde(context: Context) -> Iterator[Problem]:
    """Source: Tractor's Process Launch page, "Substitutions"; inside ``%D()`` the page shows no tilde."""
    fix = "write the whole path"
    for argument, where in context.tree.words:
        if _TILDE.match(argument) and context.scheme != _LOCAL_ENGINE:
            text = f"argument {argument!r}: '~' becomes the home folder of whom the blade runs as, not yours"
            yield context.problem(where, text, fix, field="argv")
        elif _MAPPED_TILDE.search(argument):
            text = f"argument {argument!r}: '~' inside %D() stays as it is, and no folder is called so"
            yield context.problem(where, text, fix, field="argv")


@rule("literal-variable", description="A path of a command holds $NAME, and nothing gives NAME a value.")
def literal_variable(context: Context) -> Iterator[Problem]:
    """No shell runs commands: of ``$NAME`` only the job's own Assign and Iterate are replaced."""
    for argument, where in context.tree.words:
        if "$" not in argument or _BLANK.search(argument):
            continue
        lost = [name for name in _VARIABLE.findall(argument) if name not in context.tree.variables]
        if lost:
            text = f"argument {argument!r}: no shell runs it, so ${lost[0]} stays as it is"
            yield context.problem(
                where, text, f"write the path out, or give the job an Assign of {lost[0]}", field="argv"
            )


@rule("step-not-taken", severity=Severity.ERROR, description="Katana is asked for frames with a step.")
def step_not_taken(context: Context) -> Iterator[Problem]:
    """Katana's ``-t`` takes frames and ranges without a step. Source: Foundry's Batch Mode page."""
    for where, command in context.tree.commands:
        frames = _katana_frames(vars(command).get("argv", ()))
        if frames and re.search("[x:]", frames):
            text = f"Katana's -t takes no step, and is given {frames!r}"
            yield context.problem(where, text, "name each frame: 1,3,5", field="argv")
    if context.facts is not None and context.facts.dcc == "katana":
        yield from _rows_with_step(context)


def _katana_frames(argv: Sequence[str]) -> Optional[str]:
    """Return the frames that a command asks Katana's batch mode for."""
    if not argv or "--batch" not in argv or not re.search(r"(?:^|[/\\(])katana", str(argv[0]), re.IGNORECASE):
        return None
    for place, word in enumerate(argv):
        if word == "-t":
            return "".join(argv[place + 1 : place + 2])
        if str(word).startswith("-t="):
            return word[3:]
    return None


def _rows_with_step(context: Context) -> Iterator[Problem]:
    for row in context.rows:
        if row.frames.step not in (None, 1):
            text = f"Katana takes no step, so the frames {row.frames} are named one by one"
            yield context.problem(row_label(row), text, row=row.id, field="frames", severity=Severity.NOTE)
