"""What a job loses where something else than a farm runs it: counted over all its elements."""

from __future__ import annotations

from typing import Tuple

from farmsubmit.author.elements import Command, Element, Instance, Job, Task
from farmsubmit.author.planning.losses import NOT_ELSEWHERE, ONLY_TRACTOR, Dropped, Losses
from farmsubmit.author.tree import walk

#: What neither a script nor a template has.
NOWHERE = {
    **ONLY_TRACTOR,
    **NOT_ELSEWHERE,
    "tier": "there are no tiers",
    "crews": "nobody asks who may run it",
    "projects": "there are no projects to account it to",
    "editpolicy": "whoever may write the file may change the job",
    **dict.fromkeys(("metadata", "metrics", "chaser", "preview"), "there is no room for it"),
    "minrunsecs": "a command that ends too soon is taken for a success",
    "samehost": "a command has one host",
}


def look_at_all(losses: Losses, job: Job) -> None:
    """Count what all elements of a job lose; the job has no Iterate any more."""
    _look(losses, job)
    for element, _, leaving in walk(job):
        if not leaving and not isinstance(element, Instance):
            _look(losses, element)


def _look(losses: Losses, element: Element) -> None:
    losses.look(element)
    for block in ("cmds", "cleanup", "postscript"):
        for command in vars(element).get(block, ()):
            if isinstance(command, Command):
                losses.look(command)


def in_order(*found: Tuple[Dropped, ...]) -> Tuple[Dropped, ...]:
    """Return what several have found, options in alphabetical order."""
    return tuple(sorted((each for some in found for each in some), key=lambda each: (each.option, each.where)))


def told(dropped: Tuple[Dropped, ...]) -> Tuple[str, ...]:
    """Return one line for each option that is dropped or changed."""
    return tuple(f"{each.option} of {each.where}: {each.reason}" for each in dropped)


def tasks_of(job: Job) -> Tuple[Task, ...]:
    """Return the tasks of a job in script order, which is that of their tids."""
    return tuple(element for element, _, leaving in walk(job) if isinstance(element, Task) and not leaving)
