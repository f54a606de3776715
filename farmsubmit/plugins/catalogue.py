"""What discovery found, by name, and what it could not load."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterable, List, NamedTuple, NoReturn, Optional, Tuple

from farmsubmit.errors import PluginError, did_you_mean

#: The kinds of plug-ins. Source: jobtronaut's ``list`` command; checks are our own.
KINDS = ("task", "processor", "sitestatusfilter", "check")


class Found(NamedTuple):
    """A plug-in: its name, its kind, the class or object itself, and the file it is from."""

    name: str
    kind: str
    value: Any
    path: Path


class PluginProblem(NamedTuple):
    """A file, folder or module that is not as it should be: where, why in one sentence, and which names it concerns."""

    path: Path
    cause: str
    names: Tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.path}: {self.cause}"


class Loaded(NamedTuple):
    """What one file or module gave; a problem of a broken one holds the names that it would have given."""

    found: Tuple[Found, ...] = ()
    problems: Tuple[PluginProblem, ...] = ()


class Catalogue:
    """All plug-ins by name; names are unique over all kinds, and the first in the search order wins.

    ``problems`` are what is wrong with files, in the search order; they stop none of the others. ``stand_ins`` are
    the names that are taken from elsewhere because a file is broken, each with its problem.
    """

    def __init__(self, parts: Iterable[Loaded]) -> None:
        self._found: Dict[str, Found] = {}
        broken: List[PluginProblem] = []
        doubles: List[PluginProblem] = []
        for part in parts:
            broken += part.problems
            doubles += filter(None, map(self._add, part.found))
        self.stand_ins: Dict[str, PluginProblem] = {}
        # A file may be named twice, by its folder and by itself.
        self.problems = tuple(dict.fromkeys([*map(self._with_stand_ins, broken), *doubles]))

    def get(self, kind: str, name: str) -> Any:
        """Return a plug-in of a kind: one of KINDS.

        Raises PluginError for a name that is not known, that is of another kind, or that stands in a file that does
        not load, with the cause.
        """
        _check_kind(kind)
        found = self._found.get(name)
        if found is None:
            self._refuse(name, kind)
        if found.kind != kind:
            raise PluginError(f"{name!r} is a {found.kind}, not a {kind} ({found.path})")
        return found.value

    def find(self, name: str) -> Found:
        """Return a plug-in of any kind; raises PluginError as get does."""
        return self._found[name] if name in self._found else self._refuse(name, "plug-in")

    def all(self, kind: Optional[str] = None) -> List[Found]:
        """Return the plug-ins, or those of one kind, in the order of their names; raises PluginError for no kind."""
        if kind is not None:
            _check_kind(kind)
        return [self._found[name] for name in sorted(self._found) if kind in (None, self._found[name].kind)]

    def _add(self, found: Found) -> Optional[PluginProblem]:
        first = self._found.setdefault(found.name, found)
        if first.value is found.value:
            return None
        # Shown even where both are in one file: two classes may carry one plugin_name.
        return PluginProblem(found.path, f"{found.name} is also in {first.path}, which is used", (found.name,))

    def _with_stand_ins(self, problem: PluginProblem) -> PluginProblem:
        """Say it where a plug-in of a broken file is taken from another one: nobody should get it unawares."""
        taken = [self._found[name] for name in problem.names if name in self._found]
        if not taken:
            return problem
        text = ", ".join(f"{found.name} is taken from {found.path}" for found in taken)
        told = problem._replace(cause=f"{problem.cause}; {text}")
        self.stand_ins.update((found.name, told) for found in taken)
        return told

    def _refuse(self, name: str, kind: str) -> NoReturn:
        for problem in self.problems:
            if name in problem.names:
                raise PluginError(f"{name!r} cannot be had from {problem.path}: {problem.cause}")
        known = [found.name for found in self._found.values() if kind in (found.kind, "plug-in")]
        broken = [broken for problem in self.problems for broken in problem.names if broken not in self._found]
        hint = did_you_mean(name, [*known, *broken]) or _holding(name, known)
        raise PluginError(f"there is no {kind} {name!r}", hint or "farmsubmit list tells what there is")


def _holding(word: str, names: List[str]) -> str:
    """Return a hint with the shortest name that a word is part of: Chunk may stand for ChunkProcessor."""
    longer = [name for name in names if len(word) > 2 and word.lower() in name.lower()]
    return f"did you mean {min(longer, key=len)!r}?" if longer else ""


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        hint = did_you_mean(kind, KINDS) or f"one of {', '.join(KINDS)}"
        raise PluginError(f"there are no plug-ins of the kind {kind!r}", hint)
