"""The paths of a submission: what it writes, what it reads, and what its commands map."""

from __future__ import annotations

import re
from typing import List, NamedTuple, Sequence

from farmsubmit.checks.context import Context, row_label
from farmsubmit.lang.dirmap import DirMap

_ABSOLUTE = re.compile(r"[/\\~]|[A-Za-z]:[/\\]")


class Place(NamedTuple):
    """A path, and where it stands: the label for a person, the row's id, and the field."""

    path: str
    where: str
    row: str = ""
    field: str = ""


def outputs(context: Context) -> List[Place]:
    """Return where images go: those of the rows, else those that the scene has switched on and that are known.

    A path comes once; one that is relative is left out.
    """
    if context.request is not None:
        places = [Place(row.output, row_label(row), row.id, "output") for row in context.rows]
    elif context.facts is not None:
        known = [output for output in context.facts.outputs if output.enabled and output.resolved]
        places = [Place(output.file, output.name, field="file") for output in known]
    else:
        places = []
    return _once(places)


def inputs(context: Context) -> List[Place]:
    """Return the scene and what it reads, then what commands name in ``%D()``; each path once."""
    places: List[Place] = []
    facts = context.facts
    if facts is not None:
        places.append(Place(facts.path, "scene", field="path"))
        places += [Place(file.path, file.node or "scene", field=file.attribute) for file in facts.files]
        places += [Place(found.path, found.namespace or "reference") for found in facts.references if found.loaded]
    places += [Place(path, where, field="argv") for path, where in context.tree.mapped.items()]
    return _once(places)


def _once(places: Sequence[Place]) -> List[Place]:
    first = {place.path: place for place in reversed(places) if place.path and _ABSOLUTE.match(place.path)}
    return list(reversed(list(first.values())))


def both_ways(maps: Sequence[DirMap]) -> List[DirMap]:
    """Return the maps, and each turned round: one of them covers what a zone finds, mapped or as it stands."""
    return [*maps, *(DirMap(each.dst, each.src, each.zone) for each in maps)]
