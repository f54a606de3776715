"""A job's tree, walked once for all rules."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import chain
from typing import Dict, FrozenSet, Iterable, Iterator, List, NamedTuple, Optional, Tuple, TypeVar

from farmsubmit.author.elements import Command, Element, Iterate, Job, Task
from farmsubmit.author.tree import References, walk
from farmsubmit.errors import FarmsubmitError, ParseError, Stopped
from farmsubmit.lang import substitution
from farmsubmit.lang.substitution import PieceKind
from farmsubmit.pace import Cancelled, Steps, in_steps, never

Each = TypeVar("Each")

# What nearly all substitutions of a job are; looking at these alone saves most of the time of a large one.
_PLAIN_MAP = re.compile(r"%D\(([^%()]*)\)")
_KNOWN_PIECES = (PieceKind.LITERAL, PieceKind.PERCENT)


def is_plain(word: str) -> bool:
    """Tell whether a word has no substitution at all, or only a ``%D()`` with a path and nothing else in it."""
    return "%" not in word or _PLAIN_MAP.fullmatch(word) is not None


def _mapped_in(word: str) -> List[str]:
    plain = _PLAIN_MAP.fullmatch(word)
    if plain is not None:
        return [plain[1]]
    try:
        pieces = substitution.scan(word)
    except ParseError:
        return []
    mapped = [piece for piece in pieces if piece.kind is PieceKind.MAPPED]
    known = [piece for piece in mapped if all(part.kind in _KNOWN_PIECES for part in piece.inner)]
    return [piece.argument.replace("%%", "%") for piece in known]


class _Look(NamedTuple):
    references: Optional[References] = None
    elements: Tuple[Element, ...] = ()
    error: Optional[FarmsubmitError] = None


class JobTree:
    """The parts of a job that rules look at; all are empty where there is no job, or one that cannot be walked.

    Whoever makes or goes through one of them gets Stopped once ``cancelled`` is true.
    """

    def __init__(self, job: Optional[Job], cancelled: Cancelled = never) -> None:
        self.job = job
        self._cancelled = cancelled

    @cached_property
    def _look(self) -> _Look:
        if self.job is None:
            return _Look()
        try:
            references = References(self.job, self._cancelled)
            references.settle()
            steps = in_steps(walk(self.job), self._cancelled)
            elements = self._steps(element for element, _, leaving in steps if not leaving)
        except Stopped:
            raise
        except FarmsubmitError as error:
            return _Look(error=error)
        return _Look(references, elements)

    def _steps(self, items: Iterable[Each]) -> Steps[Each]:
        return Steps.of(items, self._cancelled)

    @property
    def error(self) -> Optional[FarmsubmitError]:
        """Why the job cannot be walked or written, such as a cycle; None where it can."""
        return self._look.error

    @property
    def references(self) -> Optional[References]:
        """Who refers to whom; None where there is no job or it cannot be walked."""
        return self._look.references

    @cached_property
    def tasks(self) -> Tuple[Task, ...]:
        """Each task once, in script order."""
        return self._steps(element for element in self._look.elements if isinstance(element, Task))

    @cached_property
    def commands(self) -> Tuple[Tuple[str, Command], ...]:
        """Each command with the label of the task, or of the job, that holds it."""
        if self.job is None or self.error is not None:
            return ()
        own = [*self.job.cleanup, *self.job.postscript]
        found = ((task.label, command) for task in self.tasks for command in [*task.cmds, *task.cleanup])
        return self._steps(chain(found, ((self.job.label, command) for command in own)))

    @cached_property
    def arguments(self) -> Dict[str, str]:
        """Each word of the commands once, with the label of who uses it first."""
        found: Dict[str, str] = {}
        for where, command in self.commands:
            for word in vars(command).get("argv", ()):
                # A live list may hold anything until the job is written.
                if isinstance(word, str):
                    found.setdefault(word, where)
        return found

    @property
    def words(self) -> Iterator[Tuple[str, str]]:
        """The items of ``arguments``, in steps."""
        return in_steps(self.arguments.items(), self._cancelled)

    @cached_property
    def mapped(self) -> Dict[str, str]:
        """Each path inside ``%D()`` once, with who uses it first; one with other substitutions in it is left out."""
        found: Dict[str, str] = {}
        for word, where in self.words:
            if "%D(" in word:
                for path in _mapped_in(word):
                    found.setdefault(path, where)
        return found

    @cached_property
    def services(self) -> Dict[str, str]:
        """Each service once, with the label of the job, command or task that asks for it first."""
        users: Dict[str, str] = {}
        if self.job is not None and self.job.service:
            users[self.job.service] = self.job.label
        for where, command in self.commands:
            users.setdefault(vars(command).get("service") or "", where)
        for task in self.tasks:
            text = vars(task).get("service")
            if text and text not in users:
                users[text] = task.label
        users.pop("", None)
        return users

    @cached_property
    def ids(self) -> FrozenSet[str]:
        """The ids of all tasks and commands."""
        names: List[Optional[str]] = [vars(task).get("id") for task in self.tasks]
        names += [vars(command).get("id") for _, command in self.commands]
        return frozenset(name for name in names if name is not None)

    @cached_property
    def variables(self) -> FrozenSet[str]:
        """The names that an Assign or an Iterate of the job gives a value."""
        if self.job is None:
            return frozenset()
        names = {str(vars(assign).get("name")) for assign in self.job.init}
        names |= {str(vars(part).get("varname")) for part in self._look.elements if isinstance(part, Iterate)}
        return frozenset(names)
