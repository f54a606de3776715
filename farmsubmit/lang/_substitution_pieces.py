"""The pieces of an argument: plain text, and what Tractor replaces when it launches the command."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Collection, Iterator, Optional

from farmsubmit.errors import did_you_mean


class PieceKind(enum.Enum):
    """What a piece of an argument stands for; the values are the documented notations."""

    LITERAL = "text"
    PERCENT = "%%"
    HOME = "~"
    HOSTS = "%h"
    HOST_OPTIONS = "%H"
    SLOTS = "%n"
    JOB = "%j"
    TASK = "%t"
    COMMAND = "%c"
    RECOVER = "%r"
    LOOP = "%R"
    QUALITY = "%q"
    ID_HOSTS = "%idref"
    ID_HOST_OPTIONS = "%idref(-host)"
    MAPPED = "%D(path)"
    BAD = "bad"


@dataclass(frozen=True)
class Piece:
    """A piece of an argument, from offset ``start`` up to ``end`` of the whole text (from 0).

    ``text`` is the piece as written. ``argument`` is what it names: the id, the user behind ``~`` or the path inside
    ``%D()``. ``inner`` are the pieces of that path. ``problem`` and ``hint`` say what is wrong with a BAD piece.
    """

    kind: PieceKind
    text: str
    start: int
    argument: str = ""
    inner: tuple[Piece, ...] = ()
    problem: str = ""
    hint: str = ""

    @property
    def end(self) -> int:
        """The offset behind the last character."""
        return self.start + len(self.text)


ONE_LETTER = {kind.value[1]: kind for kind in PieceKind if re.fullmatch("%[a-zA-Z]", kind.value)}
"""The substitutions of one letter, without those that take an argument."""

# csh leaves a tilde alone that no letter, slash or end follows.
HOME = re.compile(r"~(?:(?P<user>[a-zA-Z][a-zA-Z0-9_-]*)|(?=/)|\Z)")

_NAME = re.compile(r"[._]*[a-zA-Z0-9][a-zA-Z0-9._]*")
_BRACES = re.compile(r"\{([^{}%]*)\}")
_HOST = re.compile(r"\((-?)host\)")
_PARENTHESIS = re.compile(r"[()]")
# What printf, and Nuke for its views, would take for a number or name: the usual text of a frame pattern.
_FRAME_PATTERN = re.compile(r"\d+(?:\.\d+)?[diouxXeEfFgGs]|(?:\.\d+)?[diouxXeEfFgGsvV](?=[._]|\Z)")
_PERCENT_HINT = "write %% for a literal percent sign"


def pieces(text: str, ids: Optional[Collection[str]] = None) -> Iterator[Piece]:
    """Yield the pieces of one argument from left to right; never raises, a mistake is a piece of kind BAD.

    For colouring while somebody types, as well as for ``scan``. The texts of the pieces joined are the argument.
    ``ids`` are the ids that commands and tasks of the job have: with them any other ``%name`` is a mistake; without
    them a name is one only where it looks like a frame pattern, such as ``%04d``.
    """
    home = HOME.match(text)
    start = 0
    if home:
        yield Piece(PieceKind.HOME, home.group(), 0, home.group("user") or "")
        start = home.end()
    yield from _Scanner(text, ids).pieces(start, len(text))


class _Scanner:
    """Reads the substitutions of one text; the inside of ``%D()`` is read by the same rules, except for ``%D()``."""

    def __init__(self, text: str, ids: Optional[Collection[str]], inside_map: bool = False) -> None:
        self.text = text
        self.ids = ids
        self.inside_map = inside_map

    def pieces(self, start: int, end: int) -> Iterator[Piece]:
        while start < end:
            percent = self.text.find("%", start, end)
            stop = end if percent < 0 else percent
            if stop > start:
                yield Piece(PieceKind.LITERAL, self.text[start:stop], start)
            if percent < 0:
                return
            piece = self._substitution(percent, end)
            yield piece
            start = piece.end

    def _piece(self, kind: PieceKind, start: int, end: int, argument: str = "") -> Piece:
        return Piece(kind, self.text[start:end], start, argument)

    def _bad(self, start: int, end: int, problem: str, hint: str = "") -> Piece:
        return Piece(PieceKind.BAD, self.text[start:end], start, problem=problem, hint=hint)

    def _substitution(self, start: int, end: int) -> Piece:
        """Return the piece that the percent sign at ``start`` begins."""
        after = self.text[start + 1 : min(start + 2, end)]
        if after == "%":
            return self._piece(PieceKind.PERCENT, start, start + 2)
        if after == "{":
            return self._in_braces(start, end)
        name = _NAME.match(self.text, start + 1, end)
        if not name:
            return self._bad(start, start + 1, "a lone percent sign", _PERCENT_HINT)
        mistake = self._frame_pattern(name.group(), start)
        return mistake or self._named(name.group(), start, name.end(), end)

    def _in_braces(self, start: int, end: int) -> Piece:
        braces = _BRACES.match(self.text, start + 1, end)
        if not braces:
            return self._bad(start, start + 2, "'%{' is never closed", "add a '}' behind the name")
        name = braces.group(1)
        if not _NAME.fullmatch(name):
            problem = f"{name!r} is no name" if name else "the braces are empty"
            hint = "a name has letters, digits, '.' and '_' only"
            return self._bad(start, braces.end(), problem, hint)
        return self._named(name, start, braces.end(), end)

    def _frame_pattern(self, name: str, start: int) -> Optional[Piece]:
        """Return the mistake of a frame pattern that was not escaped, if it is one."""
        found = _FRAME_PATTERN.match(name)
        if not found or name in (self.ids or ()):
            return None
        wrong = f"%{found.group()}"
        hint = f"write %{wrong} for a literal percent sign, or %{{{name}}} for the hosts of that id"
        return self._bad(start, start + len(wrong), f"{wrong!r} looks like a frame pattern", hint)

    def _named(self, name: str, start: int, name_end: int, end: int) -> Piece:
        if name == "D":
            return self._mapped(start, name_end, end)
        if name in ONE_LETTER:
            return self._piece(ONE_LETTER[name], start, name_end)
        host = _HOST.match(self.text, name_end, end)
        stop = host.end() if host else name_end
        if self.ids is not None and name not in self.ids:
            return self._bad(start, stop, f"no task or command here has the id {name!r}", self._id_hint(name))
        kind = PieceKind.ID_HOST_OPTIONS if host and host.group(1) else PieceKind.ID_HOSTS
        return self._piece(kind, start, stop, name)

    def _id_hint(self, name: str) -> str:
        if name[0] in ONE_LETTER and name[1] in "._":
            return f"write %{{{name[0]}}}{name[1:]} for %{name[0]} with text behind it"
        return did_you_mean(name, self.ids or ()) or _PERCENT_HINT

    def _mapped(self, start: int, name_end: int, end: int) -> Piece:
        if self.inside_map:
            return self._bad(start, name_end, "'%D' inside '%D(...)'", "a path is mapped once")
        if self.text[name_end : min(name_end + 1, end)] != "(":
            return self._bad(start, name_end, "'%D' without a path", "write %D(path), or %%D for the text '%D'")
        close = closing_parenthesis(self.text, name_end)
        if close is None:
            # All the rest belongs to it: looking on behind it would take ever longer on text such as "%D(%D(%D(".
            return self._bad(start, end, "'%D(' is never closed", "add a ')' behind the path")
        inner = tuple(_Scanner(self.text, self.ids, inside_map=True).pieces(name_end + 1, close))
        path = self.text[name_end + 1 : close]
        return Piece(PieceKind.MAPPED, self.text[start : close + 1], start, path, inner)


def closing_parenthesis(text: str, start: int) -> Optional[int]:
    """Return the offset of the ``)`` that closes the ``(`` at ``start``, or None."""
    depth = 0
    for found in _PARENTHESIS.finditer(text, start):
        depth += 1 if found.group() == "(" else -1
        if depth == 0:
            return found.start()
    return None
