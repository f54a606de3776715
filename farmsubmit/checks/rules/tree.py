"""Rules for the tree of a job, however it was made."""

from __future__ import annotations

import re
from typing import Iterator, List, Set

from farmsubmit.author.elements import Iterate, children
from farmsubmit.checks.context import Context
from farmsubmit.checks.plugin import rule
from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.errors import did_you_mean

_MOST_TASKS = 10_000
_PLAIN_ID = re.compile(r"[A-Za-z0-9._]+\Z")
_MOST_HINTS = 5
_MOST_NAMED = 5


@rule("job-tree", severity=Severity.ERROR, description="The tree cannot be walked: a cycle, or a lost task.")
def job_tree(context: Context) -> Iterator[Problem]:
    """Where this finds something, the other rules for the tree see an empty one and say nothing."""
    error = context.tree.error
    if context.job is not None and error is not None:
        yield context.problem(context.job.label, error.problem, error.hint)


@rule("empty-job", severity=Severity.ERROR, description="The job has no tasks.")
def empty_job(context: Context) -> Iterator[Problem]:
    """Engines refuse such a job."""
    if context.job is not None and context.tree.error is None and not children(context.job):
        yield context.problem(context.job.label, "it has no tasks", "an engine refuses such a job")


@rule("nothing-runs", description="There are tasks, and none of them has a command.")
def nothing_runs(context: Context) -> Iterator[Problem]:
    """A job with an Iterate makes its tasks later."""
    if context.job is None or not context.tree.tasks or context.tree.commands:
        return
    if not any(isinstance(child, Iterate) for child in children(context.job)):
        yield context.problem(context.job.label, "no task has a command, so nothing will run")


@rule("missing-title", severity=Severity.ERROR, description="A task has no title.")
def missing_title(context: Context) -> Iterator[Problem]:
    """The title is the one attribute that a task must have. Source: the author API document, "Task"."""
    untitled = sum(not vars(task).get("title") for task in context.tree.tasks)
    if untitled and context.job is not None:
        yield context.problem(context.job.label, f"tasks without a title: {untitled}", field="title")


@rule("missing-program", severity=Severity.ERROR, description="A command has no words at all.")
def missing_program(context: Context) -> Iterator[Problem]:
    """The first word is the program."""
    for where, command in context.tree.commands:
        if not vars(command).get("argv"):
            yield context.problem(where, "a command without a program", field="argv")


@rule("unknown-instance", severity=Severity.ERROR, description="An Instance names a task that is not in the job.")
def unknown_instance(context: Context) -> Iterator[Problem]:
    """An Instance waits for a task by its id or its title."""
    references = context.tree.references
    if references is None:
        return
    names = [*references.by_id, *references.by_title]
    lost = (instance for instance in references.instances if references.target(instance) is None)
    for count, instance in enumerate(lost):
        name = str(instance.title)
        text = f"an Instance names {name!r}, and no task of the job is called so"
        yield context.problem("Instance", text, _nearest(name, names, count))


@rule("unknown-reference", severity=Severity.ERROR, description="refersto names a task that is not in the job.")
def unknown_reference(context: Context) -> Iterator[Problem]:
    """A command that refers to a task uses the blade that this task has checked out."""
    references = context.tree.references
    if references is None:
        return
    ids = list(references.by_id)
    named = ((where, vars(command).get("refersto")) for where, command in context.tree.commands)
    lost = ((where, name) for where, name in named if name is not None and name not in references.by_id)
    for count, (where, name) in enumerate(lost):
        text = f"refersto names {name!r}, and no task of the job is called so"
        yield context.problem(where, text, _nearest(name, ids, count), field="refersto")


def _nearest(name: str, known: List[str], count: int) -> str:
    """Return a hint for the first names that are lost: among very many others, looking for one takes a while."""
    if count >= _MOST_HINTS:
        return ""
    some = ", ".join(known[:_MOST_NAMED])
    return did_you_mean(name, known) or (f"known: {some}" if some else "give a task this id")


@rule("doubled-id", severity=Severity.ERROR, description="Two tasks have the same id.")
def doubled_id(context: Context) -> Iterator[Problem]:
    """Whoever refers to the id gets only one of them."""
    seen: Set[str] = set()
    for task in context.tree.tasks:
        name = vars(task).get("id")
        if name in seen:
            yield context.problem(task.label, f"the id {name!r} is taken by an earlier task", field="id")
        if name is not None:
            seen.add(name)


@rule("bad-id", severity=Severity.NOTE, description="An id has characters that a substitution cannot name.")
def bad_id(context: Context) -> Iterator[Problem]:
    """Source: Tractor's Process Launch page, the syntax note on idref names."""
    ids = [(task.label, vars(task).get("id")) for task in context.tree.tasks]
    ids += [(where, vars(command).get("id")) for where, command in context.tree.commands]
    for where, name in ids:
        if name is None or _PLAIN_ID.match(name):
            continue
        strange = ", ".join(repr(character) for character in dict.fromkeys(name) if not _PLAIN_ID.match(character))
        text = f"the id {name!r} holds {strange}, which the documents do not allow in names that substitutions use"
        yield context.problem(where, text, "use letters, digits, '.' and '_'", field="id")


@rule("huge-job", description=f"The job has more than {_MOST_TASKS:,} tasks, or than its engine says it takes.")
def huge_job(context: Context) -> Iterator[Problem]:
    """So many tasks slow an engine, and everybody who looks at its queue. The number is ours."""
    most = context.limit("tasks", _MOST_TASKS)
    count = len(context.tree.tasks)
    if context.job is not None and count > most:
        text = f"it has {count:,} tasks, and {most:,} are many already"
        yield context.problem(context.job.label, text, "give each task more frames (chunk)", field="chunk")
