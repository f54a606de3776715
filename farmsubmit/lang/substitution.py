"""Launch-time substitutions: what Tractor replaces in the arguments of a command when it launches it.

==================  =====================================================================
``~`` ``~user``     home folder, as in csh
``%h`` ``%H``       hosts of the command: ``a b``, and ``-h a -h b``
``%n``              number of slots
``%j %t %c``        ids of the job, the task and the command
``%r %R %q``        recover mode, loop count and quality of a checkpoint run
``%idref``          hosts of the command whose ``-id`` is idref; the same: ``%idref(host)``
``%idref(-host)``   the same as ``-h a -h b``
``%D(path)``        the path after directory mapping
``%%``              a percent sign
==================  =====================================================================

Braces end a name early: ``%{h}.settings`` is the host and text, while ``%h.settings`` asks for the id ``h.settings``.
Source: Tractor's Process Launch page, "Substitutions" and the syntax note on idref names. Where it is silent, we read:

- Each argument is expanded on its own and stays one argument, whatever blanks its value has. Only a list of hosts that
  is an argument by itself becomes several, for the page's ``netrender %H a.rib`` is started as
  ``netrender -h antigone -h percival a.rib``.
- ``~`` counts at the start of an argument only, not inside ``%D()``, and only before a letter, a slash or the end.
- The blanks that the page prints in ``% idref (host)`` and ``%D (path)`` come from its layout and are not accepted.
- Braces go around the name alone: ``%{idref}(-host)``, ``%{D}(path)``.
- The path in ``%D(path)`` ends at its own closing parenthesis; parentheses inside it must come in pairs. Other
  substitutions may stand inside it, and are expanded first; another ``%D`` may not.
- ``%04d``, ``%d``, ``%V`` and their like are taken for a frame pattern that nobody escaped, not for an id.

A text that is meant literally goes through ``literal``, a path that is to be mapped through ``mapped``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Collection, Iterable, Mapping, Optional

from farmsubmit.errors import SubstitutionError
from farmsubmit.lang._substitution_pieces import HOME, Piece, PieceKind, closing_parenthesis, pieces

__all__ = ["Context", "Piece", "PieceKind", "expand", "expand_argv", "has_live", "literal", "mapped", "pieces", "scan"]


@dataclass(frozen=True)
class Context:
    """What is known when a command is launched; what is left out has no value, and asking for it is an error.

    ``hosts`` are the host names bound to the command, ``hosts_by_id`` those of other tasks and commands by their id.
    ``slots`` is a count, ``jid``, ``tid`` and ``cid`` are ids. ``recover`` is 0 for a fresh start, ``loop`` the number
    of restarts, ``quality`` 1.0 for a final run and less before. ``home`` is the folder for ``~``, ``homes`` those of
    other users by name. ``map_path`` maps one path for the blade; without it paths stay as they are.
    """

    hosts: tuple[str, ...] = ()
    slots: Optional[int] = None
    jid: Optional[int] = None
    tid: Optional[int] = None
    cid: Optional[int] = None
    recover: Optional[int] = None
    loop: Optional[int] = None
    quality: Optional[float] = None
    hosts_by_id: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    home: Optional[str] = None
    homes: Mapping[str, str] = field(default_factory=dict)
    map_path: Optional[Callable[[str], str]] = None


def scan(text: str, ids: Optional[Collection[str]] = None) -> list[Piece]:
    """Return the pieces of one argument; raises SubstitutionError, with its column, for the first mistake.

    ``ids`` are the ids of the job's tasks and commands, if they are known; see ``pieces``.
    """
    found = list(pieces(text, ids))
    for piece in found:
        for part in (piece, *piece.inner):
            if part.kind is PieceKind.BAD:
                raise SubstitutionError(part.problem, text, part.start, part.hint)
    return found


def expand(text: str, context: Context) -> str:
    """Return one argument as the launched program gets it.

    Raises SubstitutionError for a mistake, and for a substitution that has no value in this context. A value that is
    put in is not looked at again. The documents do not show how ``%q`` is printed; here it is ``1.0`` or ``0.5``.
    """
    if "%" not in text and not text.startswith("~"):
        return text
    return _joined(scan(text, context.hosts_by_id), text, context)


def expand_argv(argv: Iterable[str], context: Context) -> list[str]:
    """Return the arguments of a command as the launched program gets them; raises SubstitutionError as expand does."""
    words: list[str] = []
    for text in argv:
        expanded = expand(text, context)
        found = scan(text, context.hosts_by_id) if text.startswith("%") else []
        words += expanded.split() if len(found) == 1 and found[0].kind in _HOST_LISTS else [expanded]
    return words


def literal(text: str) -> str:
    """Return an argument that expands to exactly this text: every ``%`` doubled.

    Raises SubstitutionError for a text that starts with ``~``, ``~/`` or ``~user``: no document says how to keep the
    tilde, so such a text cannot be passed on safely.
    """
    if HOME.match(text):
        hint = "write the whole path, or ./~name for a file of that name"
        raise SubstitutionError("a '~' at the start cannot be kept as it is", text, 0, hint)
    return text.replace("%", "%%")


def mapped(path: str) -> str:
    """Return ``%D(path)``: an argument that expands to the path after directory mapping, with ``%`` taken literally.

    Raises SubstitutionError for a path whose parentheses do not come in pairs, since they cannot be escaped there.
    """
    argument = f"%D({path.replace('%', '%%')})"
    close = closing_parenthesis(argument, 2)
    if close == len(argument) - 1:
        return argument
    wrong = _unpaired(path)
    problem = f"the parenthesis {path[wrong]!r} has no partner, so the path cannot stand in %D()"
    raise SubstitutionError(problem, path, wrong, "rename the file or folder")


def has_live(text: str) -> bool:
    """Tell whether anything in an argument is replaced at launch, other than ``%%``; never raises.

    Mistakes such as ``%04d`` do not count: a text with nothing else in it was most likely meant literally.
    """
    if "%" not in text and not text.startswith("~"):
        return False
    still = (PieceKind.LITERAL, PieceKind.PERCENT, PieceKind.BAD)
    return any(piece.kind not in still for piece in pieces(text))


def _unpaired(path: str) -> int:
    """Return the offset of the first parenthesis without a partner; there is one."""
    opened: list[int] = []
    for place, character in enumerate(path):
        if character == "(":
            opened.append(place)
        elif character == ")":
            if not opened:
                return place
            opened.pop()
    return opened[0]


def _joined(found: Iterable[Piece], text: str, context: Context) -> str:
    parts = []
    for piece in found:
        # scan() lets no map stand inside a map, so this goes one step deep.
        value = _map(piece, text, context) if piece.kind is PieceKind.MAPPED else _value(piece, context)
        if value is None:
            problem = f"{piece.text!r} has no value here"
            raise SubstitutionError(problem, text, piece.start, _MISSING.get(piece.kind, ""))
        parts.append(value)
    return "".join(parts)


def _map(piece: Piece, text: str, context: Context) -> str:
    path = _joined(piece.inner, text, context)
    return context.map_path(path) if context.map_path else path


def _value(piece: Piece, context: Context) -> Optional[str]:
    if piece.kind is PieceKind.LITERAL:
        return piece.text
    if piece.kind is PieceKind.PERCENT:
        return "%"
    if piece.kind is PieceKind.HOME:
        return context.homes.get(piece.argument) if piece.argument else context.home
    if piece.kind in _NUMBERS:
        number = getattr(context, _NUMBERS[piece.kind])
        return None if number is None else str(number)
    if piece.kind is PieceKind.QUALITY:
        return None if context.quality is None else str(float(context.quality))
    hosts = context.hosts_by_id[piece.argument] if piece.argument else context.hosts
    as_options = piece.kind in (PieceKind.HOST_OPTIONS, PieceKind.ID_HOST_OPTIONS)
    return " ".join(f"-h {host}" if as_options else host for host in hosts) or None


_NUMBERS = {
    PieceKind.SLOTS: "slots",
    PieceKind.JOB: "jid",
    PieceKind.TASK: "tid",
    PieceKind.COMMAND: "cid",
    PieceKind.RECOVER: "recover",
    PieceKind.LOOP: "loop",
}

_HOST_LISTS = (PieceKind.HOSTS, PieceKind.HOST_OPTIONS, PieceKind.ID_HOSTS, PieceKind.ID_HOST_OPTIONS)

_MISSING = {
    PieceKind.HOME: "the home folder is not known",
    PieceKind.HOSTS: "no host is bound to the command",
    PieceKind.HOST_OPTIONS: "no host is bound to the command",
    PieceKind.ID_HOSTS: "no host is bound to that id",
    PieceKind.ID_HOST_OPTIONS: "no host is bound to that id",
}
