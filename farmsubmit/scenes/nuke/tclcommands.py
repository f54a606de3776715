"""The Tcl commands that only rearrange text: file (its names), join, split, lists, and a few of string.

Each takes its arguments and returns its answer; RefusedError, TclError, IndexError and ValueError say that it has none.
Source: the Tcl(n) manual pages of the commands; ``basename`` is Nuke's own.
"""

from __future__ import annotations

import re
from typing import Callable, Dict, List, Sequence

from farmsubmit.lang import tcl

_INDEX = re.compile(r"(end)?([+-]?\d{1,9})?")
_SIMPLE_WORD = re.compile(r"[^\s\[\]{}\"\\$;#]+")


class RefusedError(Exception):
    """The text needs Nuke to be worked out."""


def _as_list(words: Sequence[str]) -> str:
    return " ".join(word if _SIMPLE_WORD.fullmatch(word) else tcl.quote(word) for word in words)


def _index(text: str, count: int) -> int:
    found = _INDEX.fullmatch(text)
    if found is None or not text:
        raise RefusedError
    return (count - 1 if found[1] else 0) + int(found[2] or 0)


def _slice(items: Sequence[str], first: str, last: str) -> Sequence[str]:
    start, end = _index(first, len(items)), _index(last, len(items))
    return items[max(start, 0) : max(end + 1, 0)]


def _join(arguments: List[str]) -> str:
    if len(arguments) > 2:
        raise RefusedError
    items, separator = (*arguments, " ")[:2]
    return separator.join(tcl.split(items))


def _split(arguments: List[str]) -> str:
    if len(arguments) > 2:
        raise RefusedError
    text, separators = (*arguments, " \t\n")[:2]
    if not separators:
        return _as_list(list(text))
    return _as_list(re.split("[" + re.escape(separators) + "]", text)) if text else ""


def _lindex(arguments: List[str]) -> str:
    text, index = arguments
    items = tcl.split(text)
    place = _index(index, len(items))
    return items[place] if 0 <= place < len(items) else ""


def _lrange(arguments: List[str]) -> str:
    text, first, last = arguments
    return _as_list(_slice(tcl.split(text), first, last))


def _file(arguments: List[str]) -> str:
    action, paths = arguments[0], arguments[1:]
    if action == "join" and paths:
        return _joined(paths)
    if action not in _FILE:
        raise RefusedError
    (path,) = paths
    return _FILE[action](path)


def _joined(paths: Sequence[str]) -> str:
    whole = ""
    for path in paths:
        absolute = path.startswith("/") or path[1:3] == ":/"
        whole = path if absolute or not whole else whole.rstrip("/") + "/" + path
    return whole


def _tail(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _dirname(path: str) -> str:
    folder, slash, _ = path.rstrip("/").rpartition("/")
    folder = folder.rstrip("/")
    if folder:
        return folder + "/" if re.fullmatch("[A-Za-z]:", folder) else folder
    return slash or ("/" if path.startswith("/") else ".")


def _extension(path: str) -> str:
    name = path.rpartition("/")[2]
    return name[name.rindex(".") :] if "." in name else ""


def _rootname(path: str) -> str:
    return path[: len(path) - len(_extension(path))]


def _string(arguments: List[str]) -> str:
    action, text, *more = arguments
    if action == "range":
        first, last = more
        return "".join(_slice(text, first, last))
    if action == "index":
        (place,) = more
        return "".join(_slice(text, place, place))
    if action in _TRIM and len(more) <= 1:
        return _TRIM[action](text, *more)
    if action in _STRING and not more:
        return _STRING[action](text)
    raise RefusedError


_FILE: Dict[str, Callable[[str], str]] = {
    "dirname": _dirname,
    "rootname": _rootname,
    "tail": _tail,
    "extension": _extension,
}
_TRIM: Dict[str, Callable[..., str]] = {"trim": str.strip, "trimleft": str.lstrip, "trimright": str.rstrip}
_STRING: Dict[str, Callable[[str], str]] = {
    "tolower": str.lower,
    "toupper": str.upper,
    "length": lambda text: str(len(text)),
}
#: The commands by name.
COMMANDS: Dict[str, Callable[[List[str]], str]] = {
    "basename": lambda arguments: _tail(*arguments),
    "file": _file,
    "join": _join,
    "split": _split,
    "lindex": _lindex,
    "lrange": _lrange,
    "list": _as_list,
    "string": _string,
}
