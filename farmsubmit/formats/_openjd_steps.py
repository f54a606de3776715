"""Which tasks make a step together, and where their words differ.

Siblings that wait for the same tasks, need the same of a host and differ in some words only are one step; each place
that differs becomes a task parameter. Source of the limits: Open Job Description, "Template Schemas 2023-09", 3.4.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Sequence, Tuple

from farmsubmit.errors import FarmsubmitError
from farmsubmit.formats._openjd_words import LONGEST_VALUE, MOST_PATHS, PATH, Part
from farmsubmit.formats._openjd_work import Work

LONGEST_RANGE, MOST_TASK_PARAMETERS = 1024, 16
#: Where a part stands: its action, its word, and which part of that.
Place = Tuple[int, int, int]


class Group(NamedTuple):
    """Tasks of one step, in the order in which they run, and the places of parts that differ between them."""

    members: List[Work]
    places: List[Place]


def grouped(work: Sequence[Work]) -> Tuple[List[Group], Dict[str, None]]:
    """Return the steps in an order in which none waits for a later one, and the paths that are parameters of the job.

    Raises FarmsubmitError for a task that alone is too much for a step.
    """
    alike: Dict[Any, List[Work]] = {}
    for each in work:
        alike.setdefault(each.likeness, []).append(each)
    paths = _shared_paths(alike.values())
    groups: List[Group] = []
    for members in alike.values():
        for first in range(0, len(members), LONGEST_RANGE):
            groups += _groups(members[first : first + LONGEST_RANGE], paths)
    return groups, paths


def _shared_paths(groups: Iterable[List[Work]]) -> Dict[str, None]:
    """Return the paths that are parameters of the job: those that all tasks of a step share, the most used first."""
    uses: Counter[str] = Counter()
    for members in groups:
        places = dict(_parts(members[0]))
        differing = set(_differing(members))
        # In the order of the words, so that the same job is written alike.
        shared = (part.text for place, part in places.items() if part.kind == PATH and place not in differing)
        uses.update(dict.fromkeys(shared, 1))
    return dict.fromkeys(path for path, _ in uses.most_common(MOST_PATHS))


def _groups(members: List[Work], paths: Dict[str, None]) -> List[Group]:
    group = Group(members, _places(members, paths))
    found = set(columns(group))
    if len(found) <= MOST_TASK_PARAMETERS and all(map(_fits, found)):
        return [group]
    if len(members) > 1:
        return [each for member in members for each in _groups([member], paths)]
    problem = f"task {members[0].tid} has {len(found)} paths that only it uses, or one of them is too long"
    hint = f"a step has {MOST_TASK_PARAMETERS} parameters of {LONGEST_VALUE} characters at most"
    raise FarmsubmitError(problem, hint)


def _fits(column: Tuple[Part, ...]) -> bool:
    return all(0 < len(part.text) <= LONGEST_VALUE for part in column)


def _places(members: Sequence[Work], paths: Dict[str, None]) -> List[Place]:
    differing = set(_differing(members))
    alone = (place for place, part in _parts(members[0]) if part.kind == PATH and part.text not in paths)
    return sorted(differing.union(alone))


def _differing(members: Sequence[Work]) -> Iterator[Place]:
    if len(members) == 1:
        return
    for place, part in _parts(members[0]):
        if any(part_at(other, place) != part for other in members):
            yield place


def _parts(work: Work) -> Iterator[Tuple[Place, Part]]:
    for action, each in enumerate(work.actions):
        for number, word in enumerate(each.every_word):
            for place, part in enumerate(word):
                yield (action, number, place), part


def part_at(work: Work, place: Place) -> Part:
    """Return what a task has at a place."""
    action, word, part = place
    return work.actions[action].every_word[word][part]


def columns(group: Group) -> Iterator[Tuple[Part, ...]]:
    """Yield for each place that differs what the tasks have there."""
    for place in group.places:
        yield tuple(part_at(member, place) for member in group.members)
