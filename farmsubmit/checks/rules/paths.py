"""Rules for where paths lead on the blades of each zone."""

from __future__ import annotations

import os
import re
import tempfile
from typing import Dict, Iterator, List, NamedTuple, Sequence, Tuple

from farmsubmit.checks.context import Context
from farmsubmit.checks.plugin import rule
from farmsubmit.checks.problem import Problem
from farmsubmit.checks.rules._places import Place, both_ways, inputs, outputs
from farmsubmit.lang.dirmap import DirMap, covered, map_path, overlaps, zones

_SYSTEM_DRIVE = re.compile(r"[cC]:[/\\]")
_WINDOWS = re.compile(r"[A-Za-z]:|//|\\\\")
_TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108  # folders to warn of
_LOCAL_ENGINE = "local"
# The most that an ordinary call takes, without the zero at the end. Sources: Microsoft's page on the maximum path
# length (MAX_PATH is 260), and limits.h of Linux (PATH_MAX is 4096, NAME_MAX is 255).
_WINDOWS_LENGTH = 259
_POSIX_BYTES = 4095
_NAME_BYTES = 255
_MOST_NAMED = 3


@rule("local-output", description="Images go to drive C:, a home folder (~) or a temporary folder.")
def local_output(context: Context) -> Iterator[Problem]:
    """Only where the job leaves this machine, and no directory map takes the path elsewhere."""
    for place in outputs(context):
        if _is_local(context, place.path):
            text = f"{place.path} is on whatever machine renders it, and not on yours"
            yield _at(context, place, text, "write to a folder that all blades see")


def _is_local(context: Context, path: str) -> bool:
    if context.scheme in ("", _LOCAL_ENGINE) or _is_mapped_somewhere(path, context.dirmaps):
        return False
    if path.startswith("~") or _SYSTEM_DRIVE.match(path):
        return True
    return any(path.startswith(folder + "/") for folder in (*_TEMPORARY, tempfile.gettempdir().rstrip("/")))


def _is_mapped_somewhere(path: str, maps: Sequence[DirMap]) -> bool:
    ways = both_ways(maps)
    return any(covered(path, ways, zone) for zone in zones(maps))


@rule("unmapped-output", description="There are directory maps, and none of any zone knows where images go.")
def unmapped_output(context: Context) -> Iterator[Problem]:
    """A path under the destination of a map counts as known: it is written as that zone sees it."""
    maps = context.dirmaps
    for place in outputs(context) if maps else ():
        if not _is_mapped_somewhere(place.path, maps) and not _is_local(context, place.path):
            text = f"{place.path} is outside all directory maps"
            yield _at(context, place, text, "add a map for its folder, or write elsewhere")


@rule("unmapped-path", description="Blades of a zone would see a path as it stands, for no map of that zone applies.")
def unmapped_path(context: Context) -> Iterator[Problem]:
    """One problem for each zone; in that of this machine (setting zone) its own paths are right as they stand."""
    maps, ways = context.dirmaps, both_ways(context.dirmaps)
    places = _to_be_mapped(context) if maps else []
    for zone in zones(maps):
        is_here = zone == context.setting("zone")
        lost = [place for place in places if not covered(place.path, ways, zone)]
        lost = [place for place in lost if not (is_here and _is_native(place.path))]
        if lost:
            text = f"{_counted(lost)} not mapped: {_named(lost)}"
            yield context.problem(f"zone {zone}", text, "add a map to this zone", field="dirmaps", file=lost[0].path)


def _to_be_mapped(context: Context) -> List[Place]:
    """Return the paths of a submission, without outputs that other rules tell of and what commands do with those."""
    written = outputs(context)
    mapped = [place for place in written if _is_mapped_somewhere(place.path, context.dirmaps)]
    told = {_folder(place.path) for place in written if place not in mapped}
    used = [place for place in inputs(context) if place.field != "argv" or not {place.path, _folder(place.path)} & told]
    return [*mapped, *used]


def _folder(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[0]


def _is_native(path: str) -> bool:
    return bool(_WINDOWS.match(path)) == (os.name == "nt")


def _counted(lost: List[Place]) -> str:
    return f"{len(lost):,} paths are" if len(lost) > 1 else "a path is"


def _named(lost: List[Place]) -> str:
    more = len(lost) - _MOST_NAMED
    return ", ".join(place.path for place in lost[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


@rule("overlapping-dirmaps", description="A directory map stands behind another of its zone that takes all its paths.")
def overlapping_dirmaps(context: Context) -> Iterator[Problem]:
    """The documents do not say whether the first or the deepest wins; with the deeper one first, that is the same.

    So stand the maps of programs (setting executables), before those of paths.
    """
    for overlap in overlaps(context.dirmaps):
        if overlap.hides:
            fix = "leave one out" if overlap.same else "put the deeper one first"
            yield context.problem("directory maps", overlap.sentence, fix, field="dirmaps")


@rule("path-length", description="A path is longer than the system of a zone's blades takes.")
def path_length(context: Context) -> Iterator[Problem]:
    """Paths are measured as they stand, and as each zone's maps make them; one long folder is told once."""
    maps = context.dirmaps
    alike: Dict[Tuple[str, str], List[_TooLong]] = {}
    # A map can make a path no longer than by its destination, so most paths need not be mapped to be sure of them.
    longest = max((len(each.dst) for each in maps), default=0)
    for place in (*outputs(context), *inputs(context)):
        if len(place.path) + longest > _NAME_BYTES or not place.path.isascii():
            for found in _too_long(context, place):
                alike.setdefault((found.zone, _long_folder(found.path)), []).append(found)
    for (zone, folder), group in alike.items():
        first, count = group[0], len(group)
        more = f" ({count} such paths below {folder or '/'})" if count > 1 else ""
        text = f"{first.text}{zone}: {first.path}{more}"
        yield _at(context, first.place, text, "shorten the names of its folders")


class _TooLong(NamedTuple):
    """A place, its path in the words of a zone (empty: as it stands), and what is too long about it."""

    place: Place
    path: str
    zone: str
    text: str


def _too_long(context: Context, place: Place) -> Iterator[_TooLong]:
    forms = {place.path: ""}
    for zone in zones(context.dirmaps):
        forms.setdefault(map_path(place.path, context.dirmaps, zone), f" in zone {zone}")
    for path, zone in forms.items():
        text = _length_problem(path)
        if text:
            yield _TooLong(place, path, zone, text)


def _long_folder(path: str) -> str:
    """Return the highest folder of a path that is too long by itself, else the one that it lies in."""
    ends = [found.start() for found in re.finditer(r"[/\\]" if _WINDOWS.match(path) else "/", path)]
    names = zip([0, *(end + 1 for end in ends)], ends)
    return path[: next((end for start, end in names if _is_long_folder(path, start, end)), max(ends, default=0))]


def _is_long_folder(path: str, start: int, end: int) -> bool:
    """Tell whether a folder of a path is too long, by its name from start to end or by all up to its end."""
    if _WINDOWS.match(path):
        return end > _WINDOWS_LENGTH
    return end > _POSIX_BYTES or _bytes(path[start:end]) > _NAME_BYTES


def _length_problem(path: str) -> str:
    if _WINDOWS.match(path):
        return f"{len(path)} characters, and Windows takes {_WINDOWS_LENGTH}" if len(path) > _WINDOWS_LENGTH else ""
    if _bytes(path) > _POSIX_BYTES:
        return f"{_bytes(path)} bytes, and Linux takes {_POSIX_BYTES}"
    size = max(map(_bytes, path.split("/")))
    return f"a name of {size} bytes, and Linux takes {_NAME_BYTES}" if size > _NAME_BYTES else ""


def _bytes(text: str) -> int:
    """Return how long a text is on the blades, whatever the locale is here."""
    return len(text.encode("utf-8", "surrogateescape"))


def _at(context: Context, place: Place, text: str, fix: str) -> Problem:
    return context.problem(place.where, text, fix, row=place.row, field=place.field, file=place.path)
