"""Directory maps: what a path or program name becomes on the blades of a zone.

A map has a source, a destination and a zone. It serves only blades of that zone, and only what stands inside
``%D(…)`` in a command. Source: Tractor's Directory Mapping page and the author API document, "Directory Mapping".

The documents show examples, no rules for the rest; what is chosen here:

- A map applies where its source is the path or a folder above it: ``X:/proj`` never touches ``X:/project2``. A
  trailing slash on source or destination changes nothing; an engine may join the plain texts, so a source and a
  destination are best written both with one, or both without. A source without any slash is a program name and
  applies to the whole name only.
- A source with a drive letter, or a UNC one (``//server`` or ``\\\\server``), takes ``/`` and ``\\`` for the same and
  capitals for small letters. Any other source is a POSIX path: capitals count, and ``\\`` is an ordinary character.
  A path that begins with two slashes is always a UNC one, so ``/mnt`` does not apply to ``//mnt/a``.
- The rest of the path keeps its capitals. It is joined with ``/``, or with ``\\`` where the destination is a drive or
  UNC path written with backslashes only. Doubled slashes inside become single ones. ``..`` is not followed.
- Zones are compared as written, capitals included.
- Where several maps apply, the first of the list wins. The documents do not settle this: see ``overlaps``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Iterable, Optional, Sequence

from farmsubmit.errors import DirMapError
from farmsubmit.lang._paths import PathParts, is_windows, join_path, split_path

__all__ = [
    "DirMap",
    "MapResult",
    "Overlap",
    "covered",
    "explain",
    "map_path",
    "overlaps",
    "parse_dirmap",
    "used_by",
    "zones",
]

_FORM = "write SRC=DST@ZONE, such as X:/proj=/mnt/proj@NFS"


@dataclass(frozen=True)
class DirMap:
    """One directory map; ``str()`` gives the ``SRC=DST@ZONE`` form that parse_dirmap reads.

    ``src`` and ``dst`` are paths or program names, ``zone`` is one word without ``@``; the documents use ``UNC`` for
    Windows blades and ``NFS`` for the others. Raises DirMapError when one is empty, begins or ends with a blank, or
    the zone is not one word. A ``src`` that contains ``=`` is allowed, but its ``str()`` cannot be read back.
    """

    src: str
    dst: str
    zone: str

    def __post_init__(self) -> None:
        dst_at = len(self.src) + 1
        zone_at = dst_at + len(self.dst) + 1
        for name, value, position in (
            ("source", self.src, 0),
            ("destination", self.dst, dst_at),
            ("zone", self.zone, zone_at),
        ):
            if not value.strip():
                raise DirMapError(f"the {name} is missing", str(self), position, _FORM)
            if value != value.strip():
                raise DirMapError(f"the {name} begins or ends with a blank", str(self), position, "remove the blank")
        if "@" in self.zone or len(self.zone.split()) > 1:
            raise DirMapError(f"the zone {self.zone!r} is not one word", str(self), zone_at, "a zone is such as NFS")

    def __str__(self) -> str:
        return f"{self.src}={self.dst}@{self.zone}"

    def applies(self, path: str) -> bool:
        """Say whether the source is this path, or a folder above it; the zone is not looked at."""
        return self._rest(path) is not None

    def apply(self, path: str) -> str:
        """Return the path with the source replaced by the destination, or as it is if the map does not apply."""
        rest = self._rest(path)
        if rest is None:
            return path
        if self._is_name:
            return self.dst
        windows = is_windows(self.dst)
        target = split_path(self.dst, windows)
        separator = "\\" if windows and "/" not in self.dst and "\\" in self.dst else "/"
        return join_path(PathParts(target.root, target.names + rest.names, rest.slash), separator)

    @property
    def depth(self) -> int:
        """How many components the source has below its root: the longest match is the deepest."""
        return len(self._source.names)

    @cached_property
    def _windows(self) -> bool:
        return is_windows(self.src)

    @cached_property
    def _source(self) -> PathParts:
        return self._comparable(split_path(self.src, self._windows))

    @property
    def _is_name(self) -> bool:
        return not self._windows and "/" not in self.src

    def _comparable(self, parts: PathParts) -> PathParts:
        if not self._windows:
            return parts
        return PathParts(parts.root.lower(), tuple(name.lower() for name in parts.names), parts.slash)

    def _rest(self, path: str) -> Optional[PathParts]:
        """Return what follows the source in a path, or None if the map does not apply."""
        if self._is_name:
            return PathParts("", (), False) if path == self.src else None
        whole = split_path(path, self._windows)
        folded = self._comparable(whole)
        if folded.root != self._source.root or folded.names[: self.depth] != self._source.names:
            return None
        return PathParts("", whole.names[self.depth :], whole.slash)


def parse_dirmap(text: str) -> DirMap:
    """Return the map that ``SRC=DST@ZONE`` names, the form of the command line.

    The first ``=`` ends the source and the last ``@`` begins the zone, so a destination may contain both and a source
    may contain ``@``. Blanks around the three are dropped. Raises DirMapError with the column when one is missing.
    """
    equals, at = text.find("="), text.rfind("@")
    if equals < 0:
        raise DirMapError("there is no '=' between source and destination", text, len(text), _FORM)
    if at < equals:
        raise DirMapError("the zone is missing", text, len(text), _FORM)
    src, dst, zone = text[:equals].strip(), text[equals + 1 : at].strip(), text[at + 1 :].strip()
    for name, value, position in (("source", src, 0), ("destination", dst, equals + 1), ("zone", zone, at + 1)):
        if not value:
            raise DirMapError(f"the {name} is missing", text, position, _FORM)
    return DirMap(src, dst, zone)


@dataclass(frozen=True)
class MapResult:
    """What becomes of a path in a zone, and why.

    ``result`` is the path the blade sees, ``applied`` the map that made it (None if none applies), and ``others`` the
    maps of the zone that would also apply, in list order.
    """

    path: str
    result: str
    zone: str
    applied: Optional[DirMap] = None
    others: tuple[DirMap, ...] = ()

    @property
    def sentence(self) -> str:
        """One sentence for a tooltip or a terminal."""
        if self.applied is None:
            return f"{self.path} stays as it is: no directory map of zone {self.zone} applies"
        told = f"{self.path} becomes {self.result} by {self.applied}"
        return told + (f"; {', '.join(map(str, self.others))} would apply too" if self.others else "")


def explain(path: str, maps: Iterable[DirMap], zone: str, longest: bool = False) -> MapResult:
    """Return what a path becomes on a blade of ``zone``, which map did it, and which others would apply.

    The first map of the list that applies wins; with ``longest`` the one with the most components in its source, and
    the first among equals. A path that no map touches comes back unchanged. The documents do not settle which map an
    engine takes, so warn with ``overlaps`` when it matters.
    """
    fitting = [dirmap for dirmap in maps if dirmap.zone == zone and dirmap.applies(path)]
    if not fitting:
        return MapResult(path, path, zone)
    place = max(range(len(fitting)), key=lambda place: fitting[place].depth) if longest else 0
    applied = fitting.pop(place)
    return MapResult(path, applied.apply(path), zone, applied, tuple(fitting))


def map_path(path: str, maps: Iterable[DirMap], zone: str, longest: bool = False) -> str:
    """Return what a path or program name becomes on a blade of ``zone``; see explain for which map wins."""
    return explain(path, maps, zone, longest).result


def covered(path: str, maps: Iterable[DirMap], zone: str) -> bool:
    """Say whether any map of the zone applies to a path."""
    return any(dirmap.zone == zone and dirmap.applies(path) for dirmap in maps)


def used_by(dirmap: DirMap, paths: Iterable[str]) -> int:
    """Return how many of the paths a map applies to, whether or not another map would win."""
    return sum(dirmap.applies(path) for path in paths)


def zones(maps: Iterable[DirMap]) -> tuple[str, ...]:
    """Return the zones of the maps, each once, in the order they are first seen."""
    return tuple(dict.fromkeys(dirmap.zone for dirmap in maps))


@dataclass(frozen=True)
class Overlap:
    """Two maps of one zone that apply to the same paths; ``first`` stands before ``second`` in the list."""

    first: DirMap
    second: DirMap

    @property
    def same(self) -> bool:
        """Whether both have the same source, slashes and capitals apart."""
        return self.first.applies(self.second.src) and self.second.applies(self.first.src)

    @property
    def hides(self) -> bool:
        """Whether the second is never used when the first of the list wins."""
        return self.first.applies(self.second.src)

    @property
    def sentence(self) -> str:
        """One sentence that says which of the two wins when the first of the list does."""
        first, second = self.first.src, self.second.src
        if self.same:
            return f"zone {self.first.zone} maps {second} twice: the first, to {self.first.dst}, wins"
        if self.hides:
            return f"in zone {self.first.zone} the map of {second} is never used: {first} stands before it and wins"
        return f"in zone {self.first.zone} {first} lies inside {second}: it stands first and wins for its paths"


def overlaps(maps: Sequence[DirMap]) -> list[Overlap]:
    """Return each pair of maps of one zone of which one source is, or lies inside, the other.

    Where one ``hides`` the other, an engine that takes the longest match gives other paths than one that takes the
    first. Compares all pairs: meant for the dozens of maps that a site has.
    """
    return [
        Overlap(first, second)
        for first, second in combinations(maps, 2)
        if first.zone == second.zone and (first.applies(second.src) or second.applies(first.src))
    ]
