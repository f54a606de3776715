"""The words of a command in pieces: as they are written, and as a blade sees them."""

from __future__ import annotations

import re
from typing import Collection, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence

from farmsubmit.lang.dirmap import DirMap, explain
from farmsubmit.lang.substitution import Piece, PieceKind, pieces

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_MARKS: Dict[PieceKind, str] = {PieceKind.LITERAL: "mono", PieceKind.BAD: "bad"}


class Span(NamedTuple):
    """A piece of text and how it is meant.

    Roles: ``text``, ``strong``, ``dim``, ``failed`` and other states, ``link`` (with a target such as ``place:7``);
    in monospaced letters: ``mono``, ``number``, ``live`` (is replaced at launch), ``bad`` (a mistake, its reason in
    ``tip``), ``mapped`` (a path that a directory map changed), ``told`` (a stand-in for what the engine fills in).
    """

    text: str
    role: str = "text"
    target: str = ""
    tip: str = ""


def argument_spans(word: str, ids: Optional[Collection[str]] = None) -> Iterator[Span]:
    """Yield the pieces of an argument as it is written: substitutions, numbers, and the rest.

    ``ids`` are those of the job's tasks and commands, if they are known: any other is a mistake.
    """
    for piece in pieces(word, ids):
        if piece.kind is PieceKind.MAPPED:
            yield Span("%D(", "live")
            yield from _inner(piece)
            yield Span(")", "live")
        elif piece.kind is PieceKind.LITERAL:
            yield from _with_numbers(piece.text)
        else:
            yield _span(piece)


def _inner(mapped: Piece) -> Iterator[Span]:
    return (_span(piece) for piece in mapped.inner)


def _span(piece: Piece) -> Span:
    tip = f"{piece.problem}; {piece.hint}" if piece.problem and piece.hint else piece.problem
    return Span(piece.text, _MARKS.get(piece.kind, "live"), tip=tip)


def _with_numbers(text: str) -> Iterator[Span]:
    last = 0
    for found in _NUMBER.finditer(text):
        if found.start() > last:
            yield Span(text[last : found.start()], "mono")
        yield Span(found[0], "number")
        last = found.end()
    if last < len(text):
        yield Span(text[last:], "mono")


#: What stands for a value that only the engine knows.
_STAND_INS: Dict[PieceKind, str] = {
    PieceKind.HOME: "‹home of {0}›",
    PieceKind.HOSTS: "‹host›",
    PieceKind.HOST_OPTIONS: "-h ‹host›",
    PieceKind.SLOTS: "‹slots›",
    PieceKind.JOB: "‹job id›",
    PieceKind.TASK: "‹task id›",
    PieceKind.COMMAND: "‹command id›",
    PieceKind.RECOVER: "‹recover mode›",
    PieceKind.LOOP: "‹loop›",
    PieceKind.QUALITY: "‹quality›",
    PieceKind.ID_HOSTS: "‹host of {0}›",
    PieceKind.ID_HOST_OPTIONS: "-h ‹host of {0}›",
}


def refers(word: str) -> bool:
    """Tell whether an argument names another task or command by its id."""
    kinds = (PieceKind.ID_HOSTS, PieceKind.ID_HOST_OPTIONS)
    return "%" in word and any(part.kind in kinds for piece in pieces(word) for part in (piece, *piece.inner))


def blade_spans(word: str, maps: Sequence[DirMap], zone: str, ids: Optional[Collection[str]] = None) -> Iterator[Span]:
    """Yield an argument as the program gets it on a blade of a zone: substituted, and its paths mapped.

    For what only the engine knows a stand-in such as ``‹host›`` is put. A mistake stays as it is written. ``ids`` as in
    argument_spans.
    """
    for piece in pieces(word, ids):
        if piece.kind is not PieceKind.MAPPED:
            yield _filled(piece)
            continue
        path = "".join(_filled(inner).text for inner in piece.inner)
        found = explain(path, maps, zone)
        yield Span(found.result, "mapped" if found.applied else "mono", tip=found.sentence)


def _filled(piece: Piece) -> Span:
    if piece.kind is PieceKind.LITERAL:
        return Span(piece.text, "mono")
    if piece.kind is PieceKind.PERCENT:
        return Span("%", "mono")
    if piece.kind is PieceKind.BAD:
        return _span(piece)
    return Span(_STAND_INS[piece.kind].format(piece.argument or "the blade's user"), "told")


def joined(spans: Iterable[Span]) -> str:
    """Return the text of some pieces."""
    return "".join(span.text for span in spans)


def quoted(words: Iterable[str]) -> List[str]:
    """Return arguments with quotes around those that have blanks; for reading, not for a shell."""
    return [f'"{word}"' if not word or any(each.isspace() for each in word) else word for word in words]
