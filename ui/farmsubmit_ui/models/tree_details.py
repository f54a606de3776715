"""What is told of one row of the tree in full: as labelled lines of pieces of text, without Qt and without colours."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, Iterable, Iterator, List, NamedTuple, Optional, Sequence

from farmsubmit.author.elements import Command, Element, Instance, Iterate, Job
from farmsubmit.engines.base import TaskStatus
from farmsubmit.errors import FarmsubmitError
from farmsubmit.lang.dirmap import DirMap, zones
from farmsubmit.lang.envkey import parse_setenv
from farmsubmit.tasks.environment import SECRET_NAMES
from farmsubmit_ui.models import tree_texts as texts
from farmsubmit_ui.models.tree_cells import Cells, Column, Spot, job_wait, state_text, translate
from farmsubmit_ui.models.tree_shape import below
from farmsubmit_ui.models.tree_words import Span, argument_spans, blade_spans, refers

#: Of more commands only the first are told here; the tab of the commands has all.
_MOST_COMMANDS = 3
_MOST_VARIABLES = 12


class Line(NamedTuple):
    """A label and what stands beside it."""

    label: str
    spans: Sequence[Span]


def plain(text: str) -> List[Span]:
    """Return a sentence as pieces."""
    return [Span(text)]


def describe(spot: Spot, cells: Cells, job: Job) -> List[Line]:
    """Return what there is to know of a row; lines that would be empty are left out."""
    element = spot.element
    if isinstance(element, Job):
        return list(_of_job(element, cells))
    lines = [Line(translate("TaskTree", "Runs after"), _runs_after(spot, cells, job))]
    if cells.states is not None:
        lines += _standing(spot, cells)
    if isinstance(element, Instance):
        return lines
    return [*lines, *_of_task(element, job, cells)]


def _of_task(element: Element, job: Job, cells: Cells) -> Iterator[Line]:
    commands = texts.commands(element)
    if isinstance(element, Iterate):
        yield Line(translate("TaskTree", "Repeats"), plain(texts.title(element)))
    yield from _commands(commands, cells)
    if not commands:
        yield Line(translate("TaskTree", "Command"), [Span(translate("TaskTree", "none of its own"), "dim")])
    folder = vars(job).get("spoolcwd")
    if folder and commands:
        yield Line(translate("TaskTree", "Working dir"), [Span(str(folder), "mono")])
    yield from _environment(commands, job)
    if commands:
        yield Line(translate("TaskTree", "Service"), _service(commands, job))
        yield Line(translate("TaskTree", "On failure"), _on_failure(element, commands, cells))
        yield Line(translate("TaskTree", "Progress"), _progress_source())
    yield from _more(element, commands)


# --- waiting


def _runs_after(spot: Spot, cells: Cells, job: Job) -> List[Span]:
    element = spot.element
    parts: List[Span] = []
    if isinstance(element, Instance):
        parts.append(_link_to_target(spot, cells))
    children = len(below(element)) if not isinstance(element, Instance) else 0
    has_own = bool(children and texts.commands(element))
    if has_own:
        text = translate("TaskTree", "its {0} subtasks").format(f"{children:,}")
        parts.append(Span(translate("TaskTree", "its subtask") if children == 1 else text))
    elder = cells.elder(spot)
    if elder is not None:
        parts.append(Span(texts.one_line(texts.title(elder)) or translate("TaskTree", "the one before"), "strong"))
    if not parts:
        parts.append(Span(translate("TaskTree", "nothing — starts at once")))
    joined = [part for each in parts for part in (Span(translate("TaskTree", ", then ")), each)][1:]
    return [*joined, *_children_run(element, children, job, has_own)]


def _link_to_target(spot: Spot, cells: Cells) -> Span:
    target = cells.target(spot)
    title = cells.text(spot, Column.TASK)
    if target is None:
        return Span(translate("TaskTree", "{0}, which is not in the job").format(title), "failed")
    return Span(title, "link", f"place:{target}")


def _children_run(element: Element, children: int, job: Job, is_counted: bool = False) -> List[Span]:
    """Return how the children of a row run, and how many they are unless that ``is_counted`` already."""
    if children < 2:
        return []
    is_serial = vars(element).get("serialsubtasks")
    how = translate("TaskTree", "one after another") if is_serial else translate("TaskTree", "in parallel")
    most = vars(job).get("maxactive")
    if most and not is_serial:
        how += translate("TaskTree", " (at most {0})").format(most)
    if is_counted:
        return [Span(f", {how}")]
    return [Span(translate("TaskTree", ", {0} tasks {1}").format(f"{children:,}", how))]


# --- commands


def _commands(commands: Sequence[Command], cells: Cells) -> Iterator[Line]:
    for number, command in enumerate(commands[:_MOST_COMMANDS], start=1):
        label = translate("TaskTree", "Command") + (f" {number}" if len(commands) > 1 else "")
        yield Line(label, command_spans(command, cells))
    left = len(commands) - _MOST_COMMANDS
    if left > 0:
        yield Line("", [Span(translate("TaskTree", "and {0} more").format(left), "dim")])


def command_spans(command: Command, cells: Cells) -> List[Span]:
    """Return a command on one line, with what is replaced at launch and numbers marked."""
    spans: List[Span] = []
    words = texts.argv(command)
    ids = cells.ids() if any(map(refers, words)) else None
    for word in words:
        has_blanks = not word or any(each.isspace() for each in word)
        mark = [Span('"', "mono")] if has_blanks else []
        spans += [*mark, *argument_spans(word, ids), *mark, Span(" ", "mono")]
    if vars(command).get("local"):
        spans.append(Span(translate("TaskTree", "on the machine that sends the job"), "dim"))
    return spans


def as_blades_see(commands: Sequence[Command], job: Job, cells: Cells) -> List[Line]:
    """Return the commands after substitution, in each zone of the job's directory maps."""
    if not commands:
        return [Line("", [Span(translate("TaskTree", "This row has no command of its own."), "dim")])]
    maps = list(vars(job).get("dirmaps") or ())
    lines = []
    for zone in zones(maps) or (translate("TaskTree", "Any blade"),):
        for number, command in enumerate(commands):
            lines.append(Line("" if number else zone, _blade_spans(command, maps, zone, cells)))
    if not maps:
        text = translate("TaskTree", "The job has no directory maps, so paths are the same everywhere.")
        lines.append(Line("", [Span(text, "dim")]))
    return lines


def _blade_spans(command: Command, maps: Sequence[DirMap], zone: str, cells: Cells) -> List[Span]:
    words = texts.argv(command)
    ids = cells.ids() if any(map(refers, words)) else None
    return [span for word in words for span in (*blade_spans(word, maps, zone, ids), Span(" ", "mono"))]


def _service(commands: Sequence[Command], job: Job) -> List[Span]:
    own = list(dict.fromkeys(str(vars(command).get("service") or "") for command in commands))
    whole = str(vars(job).get("service") or "")
    named = [service for service in own if service]
    if not named:
        text = whole or translate("TaskTree", "any blade")
        return [Span(text, "mono"), Span(translate("TaskTree", "  as the job says"), "dim")] if whole else plain(text)
    spans = [Span(", ".join(named), "mono")]
    if whole:
        spans.append(Span(translate("TaskTree", "  and {0}, as the job says").format(whole), "dim"))
    return spans


def _on_failure(element: Element, commands: Sequence[Command], cells: Cells) -> List[Span]:
    codes = sorted({code for command in commands for code in vars(command).get("retryrc") or ()})
    if codes:
        text = translate("TaskTree", "starts again at exit code {0}").format(", ".join(map(str, codes)))
    else:
        text = translate("TaskTree", "the task fails; no exit code starts it again")
    spans = plain(text)
    longest = max((vars(command).get("maxrunsecs") or 0 for command in commands), default=0)
    if longest:
        spans.append(Span(translate("TaskTree", " · stopped after {0} s").format(longest)))
    cleanup = vars(element).get("cleanup") or ()
    for command in cleanup:
        spans += [Span(translate("TaskTree", " · then ")), *command_spans(command, cells)]
    return spans


def _progress_source() -> List[Span]:
    told = translate("TaskTree", "what the output says in lines such as ")
    return [Span(told), Span("TR_PROGRESS 40%", "mono")]


# --- environment


def _environment(commands: Sequence[Command], job: Job) -> Iterator[Line]:
    """Return the environment keys of the commands, or those of the job, for a command's own replace them."""
    own = [item for command in commands for item in vars(command).get("envkey") or ()]
    items = own or (list(vars(job).get("envkey") or ()) if commands else [])
    words = list(dict.fromkeys(word for item in items for word in _envkey_words(str(item))))
    if not words:
        return
    spans = [Span("   ".join(words[:_MOST_VARIABLES]), "mono")]
    if len(words) > _MOST_VARIABLES:
        spans.append(Span(translate("TaskTree", "   and {0} more").format(len(words) - _MOST_VARIABLES), "dim"))
    yield Line(translate("TaskTree", "Environment"), spans)


def _envkey_words(item: str) -> Iterable[str]:
    try:
        values = parse_setenv(item)
    except FarmsubmitError:
        return [item]
    return [f"{name}={_hidden(name, value)}" for name, value in values.items()]


def _hidden(name: str, value: str) -> str:
    is_secret = any(fnmatchcase(name.upper(), pattern) for pattern in SECRET_NAMES)
    return "•••" if is_secret else value


# --- the rest


_SHOWN_ELSEWHERE = frozenset(
    {"title", "service", "argv", "envkey", "retryrc", "maxrunsecs", "cmds", "cleanup", "subtasks", "serialsubtasks"}
)


def _more(element: Element, commands: Sequence[Command]) -> Iterator[Line]:
    """Return what else is set, under the names that a script has for it."""
    found = [*_set_options(element)]
    for command in commands[:_MOST_COMMANDS]:
        found += _set_options(command)
    if found:
        yield Line(translate("TaskTree", "Also set"), [Span("   ".join(dict.fromkeys(found)), "mono")])


def _set_options(element: Element) -> Iterator[str]:
    values = vars(element)
    for option in element.options:
        value = values.get(option.attr)
        if value in (None, [], "") or option.attr in _SHOWN_ELSEWHERE or _is_block(value):
            continue
        shown = " ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield f"{option.attr}={texts.one_line(shown)}"


def _is_block(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, Element) for item in value)


def _standing(spot: Spot, cells: Cells) -> Iterator[Line]:
    standing = cells.standing(spot)
    status: Optional[TaskStatus] = standing.status
    spans = [Span(state_text(standing), cells.tone(spot, Column.STATE))]
    if standing.progress:
        spans.append(Span(f"  {standing.progress} %", "dim"))
    if status is not None and status.blade:
        spans.append(Span(translate("TaskTree", "  on {0}").format(status.blade), "dim"))
    if status is not None and status.reason:
        spans.append(Span(f"  {status.reason}", "text"))
    yield Line(translate("TaskTree", "State"), spans)


def _of_job(job: Job, cells: Cells) -> Iterator[Line]:
    values = vars(job)
    wait = job_wait(job) or translate("TaskTree", "nothing — starts at once")
    children = len(below(job))
    yield Line(translate("TaskTree", "Runs after"), [Span(wait), *_children_run(job, children, job)])
    if cells.shape is not None:
        tasks = _counted(cells.shape.tasks, translate("TaskTree", "task"), translate("TaskTree", "tasks"))
        commands = _counted(cells.shape.commands, translate("TaskTree", "command"), translate("TaskTree", "commands"))
        yield Line(translate("TaskTree", "Holds"), plain(f"{tasks}, {commands}"))
    service = values.get("service")
    any_blade = Span(translate("TaskTree", "any blade"))
    yield Line(translate("TaskTree", "Service"), [Span(str(service), "mono") if service else any_blade])
    folder = values.get("spoolcwd")
    if folder:
        yield Line(translate("TaskTree", "Working dir"), [Span(str(folder), "mono")])
    words = [word for item in values.get("envkey") or () for word in _envkey_words(str(item))]
    if words:
        yield Line(translate("TaskTree", "Environment"), [Span("   ".join(words[:_MOST_VARIABLES]), "mono")])
    maps = [str(dirmap) for dirmap in values.get("dirmaps") or ()]
    if maps:
        yield Line(translate("TaskTree", "Directory maps"), [Span(maps[0], "mono")])
        yield from (Line("", [Span(text, "mono")]) for text in maps[1:])
    for name, label in (("postscript", "Afterwards"), ("cleanup", "At the end")):
        for command in values.get(name) or ():
            yield Line(translate("TaskTree", label), command_spans(command, cells))


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
