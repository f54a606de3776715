"""How long a job takes at least, counted in tasks: the longest line of those that must run one after another."""

from __future__ import annotations

from array import array
from typing import Callable, Dict, Iterator, List, Sequence

from farmsubmit_ui.models.tree_links import find_links
from farmsubmit_ui.models.tree_shape import JOB, Shape, attribute

_NOWHERE = -1
_SOME = 2_000


def critical_path(shape: Shape, cancelled: Callable[[], bool] = lambda: False) -> int:
    """Return the most tasks with commands that must run one after another; 0 where tasks wait for each other.

    A row starts when the elder sibling that a serial parent puts before it has ended, and ends after its children and,
    for an Instance, after its task. Takes about a second for 300,000 tasks, so call it beside the event loop;
    ``cancelled`` tells now and then whether to give up, which also gives 0.
    """
    *_, links = find_links(shape)
    afters = _afters(shape)
    waiting = _waiting(afters, links)
    missing = _missing(shape, afters, links)
    lengths = array("i", bytes(4 * len(shape)))
    ready = [place for place, count in enumerate(missing) if not count]
    taken = 0
    while ready:
        place = ready.pop()
        taken += 1
        if not taken % _SOME and cancelled():
            return 0
        lengths[place] += shape.own_commands(place) > 0
        for later in _later(place, shape.parents[place], waiting):
            lengths[later] = max(lengths[later], lengths[place])
            missing[later] -= 1
            if not missing[later]:
                ready.append(later)
    return max(lengths, default=0) if taken == len(shape) else 0


def _afters(shape: Shape) -> array[int]:
    """Return for each row the one that must end before it may start, its own elder or that of one above it."""
    afters = array("i")
    elders: Dict[int, int] = {}
    serial: Dict[int, bool] = {}
    for place, parent in enumerate(shape.parents):
        if parent not in serial:
            serial[parent] = bool(attribute(shape.element(parent), "serialsubtasks"))
        after = afters[parent] if parent != JOB else _NOWHERE
        if serial[parent]:
            after = elders.get(parent, after)
            elders[parent] = place
        afters.append(after)
    return afters


def _waiting(afters: Sequence[int], links: Dict[int, int]) -> Dict[int, List[int]]:
    """Return which rows wait for each, besides its parent."""
    waiting: Dict[int, List[int]] = {}
    for place, after in enumerate(afters):
        if after != _NOWHERE:
            waiting.setdefault(after, []).append(place)
    for place, target in links.items():
        waiting.setdefault(target, []).append(place)
    return waiting


def _missing(shape: Shape, afters: Sequence[int], links: Dict[int, int]) -> array[int]:
    """Return how many others each row waits for."""
    missing = array("i", (after != _NOWHERE for after in afters))
    for parent in shape.parents:
        if parent != JOB:
            missing[parent] += 1
    for place in links:
        missing[place] += 1
    return missing


def _later(place: int, parent: int, waiting: Dict[int, List[int]]) -> Iterator[int]:
    if parent != JOB:
        yield parent
    yield from waiting.get(place, ())
