"""The Tcl in a file knob, as far as it can be worked out safely: a few commands that only rearrange text.

Everything else, ``[python …]`` first of all, is refused and never run. Source of the commands: the Tcl(n) manual pages
file, join, split, lrange, lindex and string; Nuke's Tcl reference for value, knob and getenv.
"""

from __future__ import annotations

import re
from typing import Callable, List, Optional, Sequence

from farmsubmit.errors import TclError
from farmsubmit.scenes.nuke.tclcommands import COMMANDS, RefusedError

#: Commands worked out for one knob, how deep they stand in each other, and how long the text may become.
MOST_COMMANDS = 500
DEEPEST = 20
LONGEST = 1 << 16

_PLAIN = re.compile(r"[^\[\]$\\\s\"{}]+")
_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_ENVIRONMENT = re.compile(r"\$env\((\w+)\)")
_NAME = re.compile(r"\$(?:\w|\{)")


#: Returns the value of a knob by the name that an expression gives it, None if that is unknown.
Knob = Callable[[str, "Context"], Optional[str]]


class Context:
    """What a text may ask for, and how much of it is still allowed.

    ``knob`` returns the value of a knob by the name that an expression gives it, and ``environment`` that of a
    variable; None is unknown. ``depth`` says in how many commands the text stands.
    """

    def __init__(self, knob: Knob, environment: Callable[[str], Optional[str]]) -> None:
        self._knob = knob
        self.environment = environment
        self.left = MOST_COMMANDS
        self.depth = 0

    def knob(self, name: str) -> Optional[str]:
        """Return the value of a knob."""
        return self._knob(name, self)

    def substitute(self, text: str, knob: Knob) -> str:
        """Return a text that the value of a knob holds, worked out where that knob is."""
        here, self._knob = self._knob, knob
        try:
            return substitute(text, self)
        finally:
            self._knob = here

    def enter(self) -> None:
        """Go into a command; raises RefusedError when there were too many or they stand too deep."""
        self.left -= 1
        self.depth += 1
        if self.left < 0 or self.depth > DEEPEST:
            raise RefusedError


def needs_tcl(text: str) -> bool:
    """Whether a text holds anything that Tcl would replace."""
    return "[" in text or _NAME.search(text) is not None


def substitute(text: str, context: Context) -> str:
    """Return a text with its commands and variables worked out; raises RefusedError where only Nuke could do it."""
    return _Reader(text, context).until("")


class _Reader:
    """Reads a text from left to right."""

    def __init__(self, text: str, context: Context) -> None:
        self._text = text
        self._context = context
        self._position = 0

    def until(self, ends: str) -> str:
        """Return the text up to one of the characters, or the end, worked out."""
        parts: List[str] = []
        while self._position < len(self._text):
            char = self._text[self._position]
            if char in ends:
                break
            parts.append(self._piece(char))
        whole = "".join(parts)
        if len(whole) > LONGEST:
            raise RefusedError
        return whole

    def _piece(self, char: str) -> str:
        if char == "[":
            return self._command()
        if char == "$":
            return self._variable()
        if char == "\\":
            self._position += 2
            return self._text[self._position - 1 : self._position] or char
        plain = _PLAIN.match(self._text, self._position)
        self._position = plain.end() if plain else self._position + 1
        return plain.group() if plain else char

    def _variable(self) -> str:
        named = _ENVIRONMENT.match(self._text, self._position)
        if named is not None:
            self._position = named.end()
            return _known(self._context.environment(named[1]))
        if _NAME.match(self._text, self._position):
            raise RefusedError
        self._position += 1
        return "$"

    def _command(self) -> str:
        self._context.enter()
        self._position += 1
        words: List[str] = []
        while True:
            char = self._text[self._position : self._position + 1]
            if char in ("", ";", "\n"):
                raise RefusedError
            if char == "]":
                break
            if char in " \t":
                self._position += 1
            else:
                words.append(self._word(char))
        self._position += 1
        answer = _run(words, self._context)
        self._context.depth -= 1
        return answer

    def _word(self, char: str) -> str:
        if char == "{":
            return self._braced()
        if char != '"':
            return self.until(" \t\n;]")
        self._position += 1
        word = self.until('"')
        self._position += 1
        return word

    def _braced(self) -> str:
        depth = 0
        for found in _BRACES.finditer(self._text, self._position):
            depth += {"{": 1, "}": -1}.get(found.group(), 0)
            if depth == 0:
                start, self._position = self._position + 1, found.end()
                return self._text[start : found.start()]
        raise RefusedError


def _run(words: Sequence[str], context: Context) -> str:
    if not words:
        return ""
    name, arguments = words[0], list(words[1:])
    if name in ("value", "numvalue", "knob") and 1 <= len(arguments) <= 2 - (name == "knob"):
        return _or_default(context.knob(arguments[0]), arguments)
    if name == "getenv" and 1 <= len(arguments) <= 2:
        return _or_default(context.environment(arguments[0]), arguments)
    command = COMMANDS.get(name)
    if command is None:
        raise RefusedError
    try:
        return command(arguments)
    except (TclError, IndexError, ValueError):
        raise RefusedError from None


def _or_default(answer: Optional[str], arguments: Sequence[str]) -> str:
    return arguments[1] if answer is None and len(arguments) > 1 else _known(answer)


def _known(answer: Optional[str]) -> str:
    if answer is None:
        raise RefusedError
    return answer
