"""Values of a job as people read them, safe for a terminal."""

from __future__ import annotations

import re
from typing import Any, FrozenSet, Iterable, Iterator, List, NamedTuple, Tuple

from farmsubmit.author import options as table
from farmsubmit.author.elements import Element, Job
from farmsubmit.author.options import Option
from farmsubmit.formats.outline import CommandLine, command_line

_JOINER = "\u200d"  # holds emoji together; every other invisible character is shown by its number
_NEEDS_QUOTES = re.compile(r"[\s\"']|\A\Z")
_LABELS = {
    "pbias": "Priority (1.x)",
    "afterjids": "After jobs",
    "maxactive": "Max active",
    "atleast": "Slots at least",
    "atmost": "Slots at most",
    "minslots": "Slots at least (2.x)",
    "maxslots": "Slots at most (2.x)",
    "samehost": "Same host",
    "envkey": "Environment",
    "etalevel": "Time left from level",
    "editpolicy": "Edit policy",
    "spoolcwd": "Working directory",
    "whendone": "When done",
    "whenerror": "When failed",
    "whenalways": "When ended",
    "serialsubtasks": "Top level",
}


class Setting(NamedTuple):
    """An option that is set: its Python attribute, its label, and its value as text."""

    attr: str
    label: str
    text: str


def plain(text: str) -> str:
    """Return a text on one line with nothing in it that a terminal would obey: others become ``\\x1b``, ``\\u202e``."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each == _JOINER else _numbered(each) for each in text)


def _numbered(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def show_argv(argv: Iterable[str]) -> str:
    """Return an argument list on one line, with quotes around what has blanks; for reading, not for a shell."""
    return " ".join(_show_word(plain(word)) for word in argv)


def _show_word(word: str) -> str:
    return '"' + word.replace('"', '\\"') + '"' if _NEEDS_QUOTES.search(word) else word


def job_settings(job: Job) -> List[Setting]:
    """Return the settings of a job that are set, in script order, without its title, blocks and directory maps."""
    return list(_settings(job, table.JOB, leave_out=frozenset(["title"])))


def more_settings(element: Element, leave_out: FrozenSet[str]) -> List[Setting]:
    """Return what else is set on a task or command, under the names that a script has for it."""
    if vars(element).keys() <= leave_out:
        return []
    return [each._replace(label=each.attr) for each in _settings(element, element.options, leave_out)]


def _settings(element: Element, options: Tuple[Option, ...], leave_out: FrozenSet[str]) -> Iterator[Setting]:
    values = vars(element)
    for option in options:
        value = values.get(option.attr)
        if value is None or value == [] or option.kind is table.BLOCK or option.attr in leave_out:
            continue
        label = _LABELS.get(option.attr, option.attr.capitalize())
        yield Setting(option.attr, label, _show_value(option, value))


def _show_value(option: Option, value: Any) -> str:
    if option.attr == "serialsubtasks":
        return "one after another" if value else "in parallel"
    if option.kind is table.FLAG:
        return "yes" if value else "no"
    if option.kind is table.NUMBER:
        return f"{value:g}"
    if option.kind is table.ARGV:
        return show_argv(map(str, value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def job_commands(job: Job) -> Iterator[Tuple[str, CommandLine]]:
    """Yield the commands that belong to the job itself, each with when it runs."""
    for command in vars(job).get("cleanup", ()):
        yield "cleanup", command_line(command)
    for command in vars(job).get("postscript", ()):
        when = vars(command).get("when")
        yield f"when {when}" if when else "postscript", command_line(command)
