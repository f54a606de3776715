"""Whether a job asks for anything that only the server can tell about."""

from __future__ import annotations

from typing import Any, Iterator

from farmsubmit.author.elements import Iterate, Job, Task
from farmsubmit.author.tree import walk


def asks_for_anything(job: Job) -> bool:
    """Tell whether a job has a service or a limit tag; templates are taken to have one."""
    return any(True for _ in _asking(job))


def _asking(job: Job) -> Iterator[Any]:
    own = vars(job)
    if own.get("service") or own.get("tags"):
        yield job
    yield from _of(own.get("postscript", ()))
    yield from _of(own.get("cleanup", ()))
    for element, _, leaving in walk(job):
        if leaving:
            continue
        if isinstance(element, Iterate):
            yield element
        elif isinstance(element, Task):
            yield from _of(vars(element).get("cmds", ()))
            yield from _of(vars(element).get("cleanup", ()))


def _of(commands: Any) -> Iterator[Any]:
    for command in commands:
        own = vars(command) if hasattr(command, "__dict__") else {}
        if own.get("service") or own.get("tags"):
            yield command
