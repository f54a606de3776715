"""The text that a shell on a render node runs for a command: argument lists quoted, substitutions worked out.

Puli's default runner gives ``cmd`` to ``/bin/sh``, and replaces ``%%MI_FRAME%%`` and its kin in it before. So every
word is quoted for a POSIX shell, and what only the node knows (its name, a home folder) is left to that shell.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from typing import Callable, Collection, List, Sequence

from farmsubmit.errors import JobTreeError
from farmsubmit.lang.substitution import Piece, PieceKind, scan

#: Bytes of one argument that Linux gives to a program: a render node's helper gets the text as one, as JSON.
LONGEST = 131_071
_KILL_AFTER = 10
_OF_PULI = re.compile("%%MI_")
_LATE = frozenset({PieceKind.HOSTS, PieceKind.HOST_OPTIONS, PieceKind.HOME})
_NOT_KNOWN = {
    PieceKind.JOB: "the job's id is not known before it is sent: %j stays as it is",
    PieceKind.ID_HOSTS: "which node runs another command is not known: the text stays as it is",
    PieceKind.ID_HOST_OPTIONS: "which node runs another command is not known: the text stays as it is",
}
_LATE_PATH = "a path in %D() that holds what only the node knows is not mapped"


@dataclass
class Words:
    """What is known of a command when it is sent; ``note`` is told what cannot be worked out."""

    tid: int
    cid: int
    slots: int
    ids: Collection[str]
    map_path: Callable[[str], str]
    note: Callable[[str], None] = field(default=lambda reason: None)


def command_text(argv: Sequence[str], words: Words, message: str = "", cwd: str = "", seconds: int = 0) -> str:
    """Return the text for an argument list; ``message`` goes to its standard input.

    ``cwd`` is the folder that it runs in. After ``seconds`` (0 is no limit) GNU ``timeout`` ends it.
    Raises SubstitutionError for a mistake in an argument, and JobTreeError for a text that no shell takes.
    """
    text = " ".join(_word(word, words) for word in argv)
    if seconds:
        text = f"timeout -k {_KILL_AFTER} {seconds} {text}"
    if message:
        text = f"printf %s {shlex.quote(message)} | {text}"
    if cwd:
        text = f"cd {shlex.quote(cwd)} && {text}"
    # Two quotes with nothing between them change nothing for the shell, and Puli does not find its name any more.
    text = _OF_PULI.sub("%''%MI_", text)
    _refuse(text, argv)
    return text


def _refuse(text: str, argv: Sequence[str]) -> None:
    import json

    if "\0" in text:
        raise JobTreeError(f"the command {argv[0]!r} holds a zero byte, which no program can be given")
    if len(json.dumps({"cmd": text, "start": 1, "end": 1, "timeout": 0})) > LONGEST:
        problem = f"the command {argv[0]!r} is longer than the {LONGEST:,} bytes that a render node takes"
        raise JobTreeError(problem, "put its arguments into a file")


def _word(text: str, words: Words) -> str:
    if "%" not in text and not text.startswith("~"):
        return shlex.quote(text)
    return _joined([_part(piece, words) for piece in scan(text, words.ids)])


@dataclass(frozen=True)
class _Part:
    """A piece of a word: plain text, or text that the shell is to look at. ``is_user`` is a ``~name``."""

    text: str
    is_live: bool = False
    is_user: bool = False


def _part(piece: Piece, words: Words) -> _Part:
    if piece.kind is PieceKind.HOME:
        return _Part(f"~{piece.argument}", True, True) if piece.argument else _Part('"$HOME"', True)
    if piece.kind is PieceKind.HOSTS:
        return _Part('"$(hostname)"', True)
    if piece.kind is PieceKind.HOST_OPTIONS:
        return _Part('-h "$(hostname)"', True)
    if piece.kind is PieceKind.MAPPED:
        return _path(piece, words)
    if piece.kind in _NOT_KNOWN:
        words.note(_NOT_KNOWN[piece.kind])
        return _Part(piece.text)
    return _Part(_early(piece, words))


def _early(piece: Piece, words: Words) -> str:
    values = {
        PieceKind.PERCENT: "%",
        PieceKind.SLOTS: words.slots,
        PieceKind.TASK: words.tid,
        PieceKind.COMMAND: words.cid,
        PieceKind.RECOVER: 0,
        PieceKind.LOOP: 0,
        PieceKind.QUALITY: 1.0,
    }
    return str(values.get(piece.kind, piece.text))


def _path(piece: Piece, words: Words) -> _Part:
    if any(part.kind in _LATE for part in piece.inner):
        words.note(_LATE_PATH)
        return _Part(_joined([_part(part, words) for part in piece.inner]), True)
    return _Part(words.map_path("".join(_part(part, words).text for part in piece.inner)))


def _joined(parts: Sequence[_Part]) -> str:
    """Return one shell word; plain texts side by side are quoted together."""
    found: List[str] = []
    plain = ""
    after_user = False
    for part in parts:
        if not part.is_live:
            plain += part.text
            continue
        found += [_quoted(plain, after_user), part.text]
        plain, after_user = "", part.is_user
    found.append(_quoted(plain, after_user))
    return "".join(found) or "''"


def _quoted(plain: str, after_user: bool) -> str:
    if not plain:
        return ""
    # A shell looks for the home of ~name only where the slash behind it is not quoted.
    return "/" + _quoted(plain[1:], False) if after_user and plain.startswith("/") else shlex.quote(plain)
