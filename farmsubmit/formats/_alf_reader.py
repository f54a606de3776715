"""Reading a job script: each block of children is pushed on a stack, so depth costs nothing but memory."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Type

from farmsubmit.author import options as table
from farmsubmit.author.elements import Assign, Command, Element, Instance, Iterate, Job, Task
from farmsubmit.author.options import Option
from farmsubmit.collector import collector_paused
from farmsubmit.errors import FarmsubmitError, TclError, did_you_mean
from farmsubmit.lang import tcl
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.lang.tcl import Word

_keep = object.__setattr__
_DEEPEST_TEMPLATE = 50

# Which operators each block takes.
_TASKS = ("Task", "Instance", "Iterate")
_COMMANDS = ("RemoteCmd", "Cmd")
_HOLDS: Dict[str, Tuple[str, ...]] = {
    "file": ("Job", "Assign"),
    "subtasks": _TASKS,
    "template": _TASKS,
    "cmds": _COMMANDS,
    "cleanup": _COMMANDS,
    "postscript": _COMMANDS,
    "init": ("Assign",),
}


class _Operator(NamedTuple):
    """How to read an operator: what it makes, its options by name, and the option that stands first without a name."""

    make: Callable[[], Element]
    flags: Dict[str, Option]
    first: Optional[Option]


def _empty(kind: Type[Element]) -> Callable[[], Element]:
    """Return what makes an element with nothing in it, quicker than its own constructor, which looks for arguments."""
    return partial(kind.__new__, kind)


_OPERATORS: Dict[str, _Operator] = {
    "Job": _Operator(_empty(Job), table.by_flag(table.JOB), None),
    "Task": _Operator(_empty(Task), table.by_flag(table.TASK), table.TASK[0]),
    "Instance": _Operator(_empty(Instance), table.by_flag(table.INSTANCE), table.INSTANCE[0]),
    "Iterate": _Operator(_empty(Iterate), table.by_flag(table.ITERATE), table.ITERATE[0]),
    "RemoteCmd": _Operator(Command, table.by_flag(table.COMMAND), table.COMMAND[0]),
    "Cmd": _Operator(partial(Command, local=True), table.by_flag(table.COMMAND), table.COMMAND[0]),
    "Assign": _Operator(_empty(Assign), {}, None),
}


class _Block(NamedTuple):
    """A part of the script still to be read: which block, into which list, from where to where, how deep."""

    name: str
    owner: Optional[Element]
    into: List[Any]
    start: int
    end: int
    templates: int = 0


def read_job(text: str, source: str) -> Job:
    """Return the one job of a script, whose lines may end as on Windows."""
    with collector_paused():
        return _Reader(text.replace("\r\n", "\n"), source).job()


class _Reader:
    def __init__(self, text: str, source: str) -> None:
        self.script = tcl.Script(text, source)
        self.text = text
        self.blocks: List[_Block] = []
        self.templates = 0

    def job(self) -> Job:
        found: List[Element] = []
        self.blocks.append(_Block("file", None, found, 0, len(self.text)))
        while self.blocks:
            block = self.blocks.pop()
            if block.name == "dirmaps":
                self._dirmaps(block)
            else:
                self._read(block)
        jobs = [element for element in found if isinstance(element, Job)]
        if len(jobs) != 1:
            problem = "there is no Job in this script" if not jobs else f"there are {len(jobs)} Jobs in this script"
            raise self.script.error(problem, len(self.text) if not jobs else 0, "a job script holds one Job")
        jobs[0].init[:0] = [element for element in found if isinstance(element, Assign)]
        if not jobs[0].init:
            del jobs[0].init
        return jobs[0]

    def _read(self, block: _Block) -> None:
        """Read the operators of a block; their own blocks are pushed and read later."""
        command, position = self.script.command, block.start
        self.templates = block.templates
        while True:
            words, position = command(position, block.end)
            if not words:
                return
            element = self._element(block, words)
            if block.name in ("subtasks", "template") and isinstance(element, Task):
                _keep(element, "parent", block.owner)
            block.into.append(element)

    def _element(self, block: _Block, words: List[Word]) -> Element:
        text = self.text
        first = words[0]
        name = text[first[1] : first[2]]
        if name not in _HOLDS[block.name]:
            raise self._wrong_operator(name, first, block)
        make, flags, positional = _OPERATORS[name]
        element = make()
        if name == "Assign":
            self._assign(element, words)
            return element
        first_option, last = 1, len(words)
        if positional is not None and last > 1 and not self._is_flag(words[1], flags):
            self._value(element, positional, words[1])
            first_option = 2
        for place in range(first_option, last, 2):
            _, start, end = words[place]
            option = flags.get(text[start:end])
            if option is None:
                raise self._wrong_option(name, text[start:end], flags, start)
            if place + 1 == last:
                raise self.script.error(f"{name} option {option.flag} has no value", start)
            self._value(element, option, words[place + 1])
        return element

    def _is_flag(self, word: Word, flags: Dict[str, Option]) -> bool:
        kind, start, end = word
        return kind == tcl.BARE and self.text[start:end] in flags

    def _value(self, element: Element, option: Option, word: Word) -> None:
        if option.kind is table.BLOCK:
            self._push(element, option, word)
            return
        _, start, end = word
        raw = self.text[start:end]
        if "\\" in raw:
            raw = tcl.content(self.text, word)
        try:
            _keep(element, option.attr, option.kind.read(raw))
        except TclError as error:
            offset = error.position if raw == self.text[start:end] else 0
            raise self.script.error(f"{option.flag}: {error.problem}", start + offset, error.hint) from None
        except ValueError:
            problem = f"{option.flag} {raw!r} is not {option.kind.expected}"
            raise self.script.error(problem, start) from None

    def _push(self, element: Element, option: Option, word: Word) -> None:
        """Put a block aside; the children of an empty one stay unset."""
        kind, start, end = word
        if end - start < 80 and not self.text[start:end].strip():
            return
        if kind != tcl.BRACED:
            raise self.script.error(f"{option.flag} wants a block in braces", start)
        templates = self.templates + (option.attr == "template")
        if templates > _DEEPEST_TEMPLATE:
            raise self.script.error("templates stand in templates too deep", start)
        into: List[Any] = []
        _keep(element, option.attr, into)
        self.blocks.append(_Block(option.attr, element, into, start, end, templates))

    def _assign(self, element: Element, words: List[Word]) -> None:
        if len(words) != 3:
            raise self.script.error("Assign wants a name and a value", words[0][1], "write Assign name {value}")
        element.name = tcl.content(self.text, words[1])
        element.value = tcl.content(self.text, words[2])

    def _dirmaps(self, block: _Block) -> None:
        raw = self.text[block.start : block.end]
        try:
            for item in tcl.split(raw):
                words = tcl.split(item)
                if len(words) != 3:
                    problem = f"a directory map has a source, a destination and a zone, this one has {len(words)} words"
                    raise TclError(problem, raw, raw.find(item))
                block.into.append(DirMap(*words))
        except TclError as error:
            raise self.script.error(error.problem, block.start + error.position, error.hint) from None
        except FarmsubmitError as error:
            raise self.script.error(error.problem, block.start, error.hint) from None

    def _wrong_operator(self, name: str, word: Word, block: _Block) -> TclError:
        holds = _HOLDS[block.name]
        place = "the script" if block.name == "file" else f"-{block.name}"
        if name in _OPERATORS:
            return self.script.error(f"{name} cannot stand in {place}", word[1], "expected " + " or ".join(holds))
        shown = name if len(name) <= 40 else name[:37] + "..."
        hint = did_you_mean(shown, holds) or "expected " + " or ".join(holds)
        return self.script.error(f"unknown operator {shown!r} in {place}", word[1], hint)

    def _wrong_option(self, name: str, flag: str, flags: Dict[str, Option], start: int) -> TclError:
        shown = flag if len(flag) <= 40 else flag[:37] + "..."
        if not flag.startswith("-"):
            return self.script.error(f"{name} does not expect {shown!r} here", start, "options start with '-'")
        return self.script.error(f"{name} has no option {shown}", start, did_you_mean(flag, flags))
