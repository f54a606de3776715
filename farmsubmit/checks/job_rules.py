"""Rules for any job, however it was made."""

from __future__ import annotations

from typing import Callable, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from farmsubmit.author.elements import Command, Element, Iterate, Job, Task, children
from farmsubmit.author.tree import References, walk
from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.errors import FarmsubmitError, ParseError, did_you_mean
from farmsubmit.lang import dirmap, servicekey, substitution

# The same mistake in ten thousand commands is one problem.
_MOST_ALIKE = 3


class _Look(NamedTuple):
    """A job, looked at once for all rules."""

    job: Job
    references: References
    tasks: List[Task]
    commands: List[Tuple[str, Command]]


def all_problems(job: Job) -> List[Problem]:
    """Return what the rules find; a job that cannot be written at all has that one problem."""
    try:
        look = _look(job)
        look.references.settle()
    except FarmsubmitError as error:
        return [Problem(Severity.ERROR, job.label, error.problem, error.hint)]
    problems: List[Problem] = []
    for rule in _RULES:
        problems += rule(look)
    return problems


def _look(job: Job) -> _Look:
    tasks = [element for element, _, leaving in walk(job) if not leaving and isinstance(element, Task)]
    commands = [(task.label, command) for task in tasks for command in [*task.cmds, *task.cleanup]]
    commands += [(job.label, command) for command in [*job.cleanup, *job.postscript]]
    return _Look(job, References(job), tasks, commands)


def _empty_job(look: _Look) -> Iterator[Problem]:
    if not children(look.job):
        yield Problem(Severity.ERROR, look.job.label, "it has no tasks", "an engine refuses such a job")
    elif not look.commands and not any(isinstance(child, Iterate) for child in children(look.job)):
        yield Problem(Severity.WARNING, look.job.label, "no task has a command, so nothing will run")


def _missing_values(look: _Look) -> Iterator[Problem]:
    untitled = sum(not vars(task).get("title") for task in look.tasks)
    if untitled:
        yield Problem(Severity.ERROR, look.job.label, f"tasks without a title: {untitled}")
    for where, command in look.commands:
        if not vars(command).get("argv"):
            yield Problem(Severity.ERROR, where, "a command without a program")


def _lost_instances(look: _Look) -> Iterator[Problem]:
    names = [*look.references.by_id, *look.references.by_title]
    for instance in look.references.instances:
        if look.references.target(instance) is None:
            yield _lost("Instance", str(instance.title), "an Instance", names)


def _lost_references(look: _Look) -> Iterator[Problem]:
    for where, command in look.commands:
        name = vars(command).get("refersto")
        if name is not None and name not in look.references.by_id:
            yield _lost(where, name, "refersto", list(look.references.by_id))


def _lost(where: str, name: str, what: str, known: List[str]) -> Problem:
    text = f"{what} names {name!r}, and no task of the job is called so"
    return Problem(Severity.ERROR, where, text, did_you_mean(name, known))


def _doubled_ids(look: _Look) -> Iterator[Problem]:
    seen: Set[str] = set()
    for task in look.tasks:
        name = vars(task).get("id")
        if name in seen:
            yield Problem(Severity.ERROR, task.label, f"the id {name!r} is taken by an earlier task")
        if name is not None:
            seen.add(name)


def _services(look: _Look) -> Iterator[Problem]:
    users: Dict[str, str] = {}
    elements: List[Tuple[str, Element]] = [(look.job.label, look.job), *look.commands]
    elements += [(task.label, task) for task in look.tasks]
    for where, element in elements:
        text = vars(element).get("service")
        if text:
            users.setdefault(text, where)
    for text, where in users.items():
        yield from _service(text, where)


def _service(text: str, where: str) -> Iterator[Problem]:
    try:
        key = servicekey.parse(text)
    except ParseError as error:
        yield Problem(Severity.ERROR, where, f"service {text!r}, column {error.column}: {error.problem}", error.hint)
        return
    if key.ambiguous:
        fix = f"put parentheses: {key}"
        yield Problem(
            Severity.WARNING, where, f"service {text!r} mixes ',' and '||', which engines may read apart", fix
        )


def _commands_without_service(look: _Look) -> Iterator[Problem]:
    if look.job.service:
        return
    without = [where for where, command in look.commands if _needs_service(command)]
    if without:
        text = f"commands without a service: {len(without)}, so no blade may take them"
        yield Problem(Severity.WARNING, without[0], text, "give the job or the command a service")


def _needs_service(command: Command) -> bool:
    return not command.local and not vars(command).get("service") and not vars(command).get("refersto")


def _substitutions(look: _Look) -> Iterator[Problem]:
    ids = [*look.references.by_id, *(name for _, command in look.commands if (name := vars(command).get("id")))]
    found = 0
    for where, command in look.commands:
        problem = _bad_substitution(where, command, ids)
        if problem is not None and found < _MOST_ALIKE:
            found += 1
            yield problem


def _bad_substitution(where: str, command: Command, ids: List[str]) -> Optional[Problem]:
    for argument in vars(command).get("argv", ()):
        if "%" not in argument:
            continue
        try:
            substitution.scan(argument, ids=ids)
        except ParseError as error:
            text = f"argument {argument!r}, column {error.column}: {error.problem}"
            return Problem(Severity.ERROR, where, text, error.hint)
    return None


def _dirmap_overlaps(look: _Look) -> Iterator[Problem]:
    for overlap in dirmap.overlaps(look.job.dirmaps):
        yield Problem(Severity.WARNING, look.job.label, overlap.sentence)


def _bad_ids(look: _Look) -> Iterator[Problem]:
    for task in look.tasks:
        name = vars(task).get("id")
        if name is not None and "-" in name:
            text = f"the id {name!r} holds '-', which the documents do not allow in names that substitutions use"
            yield Problem(Severity.NOTE, task.label, text, "use letters, digits, '.' and '_'")


_RULES: Tuple[Callable[[_Look], Iterator[Problem]], ...] = (
    _empty_job,
    _missing_values,
    _lost_instances,
    _lost_references,
    _doubled_ids,
    _services,
    _commands_without_service,
    _substitutions,
    _dirmap_overlaps,
    _bad_ids,
)
