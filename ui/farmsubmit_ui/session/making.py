"""From a request to its jobs, and rid of them again.

They are more than one where previews go first and the rest waits for a person's word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List, Tuple

from farmsubmit.author.elements import Element, Job, Task
from farmsubmit.author.tree import walk
from farmsubmit.pace import Cancelled
from farmsubmit.request import SubmitRequest, split_for_approval

if TYPE_CHECKING:
    from farmsubmit.tasks.build import Built

#: The jobs of a request in the order in which they run; the first is the one that is shown and edited.
Made = Tuple["Built", ...]

# So many elements are freed at once: a fraction of a millisecond.
_SOME = 200


def make(request: SubmitRequest, cancelled: Cancelled) -> Made:
    """Build all jobs of a request; raises as build_request does. Runs in a worker."""
    from farmsubmit.tasks.build import build_request, recipe_for

    # What cannot be built at all is told before what is missing in the scene.
    recipe_for(request.facts)
    return tuple(build_request(part, cancelled) for part in split_for_approval(request))


def let_go(made: List[Built]) -> Iterator[None]:
    """Free jobs that nobody needs any more, bit by bit; whoever still has one keeps it, but its tasks know no parent.

    Tasks know their parents and so go in circles, of which the collector alone would free them, and it stops the window
    for as long as it looks through everything there is. What is put into ``made`` meanwhile is freed, too.
    """
    while made:
        elements: List[Element] = []
        yield from _gather(made.pop().job, elements)
        yield from _part(elements)


def _gather(job: Job, elements: List[Element]) -> Iterator[None]:
    for element, _, leaving in walk(job):
        if leaving:
            continue
        elements.append(element)
        if not len(elements) % _SOME:
            yield


def _part(elements: List[Element]) -> Iterator[None]:
    # Parents go first: as long as they are there, they keep what is below them.
    elements.reverse()
    while elements:
        for element in elements[-_SOME:]:
            if isinstance(element, Task):
                element.parent = None
        del element, elements[-_SOME:]
        yield
