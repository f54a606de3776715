"""The kinds of settings that hold one value, paths, or names of variables; see listkinds for the others.

Each takes a value from a file, from text in the environment, or from Python. Text means the same wherever it stands:
a list is split where the environment would split it, a flag is a word, a function is named as ``module:function``.
"""

from __future__ import annotations

import math
import os
import re
from functools import partial
from typing import Any, Callable, List, NamedTuple, Tuple

from farmsubmit.settings.functions import Credentials, CredentialsResolver, NamedFunction

_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_ADDRESS = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+):(\d{1,5})\Z")
_PATTERN = re.compile(r"[A-Za-z_*?][A-Za-z0-9_*?()]*\Z")
_ORDER = re.compile(r"forward|reverse|first-middle-last|outer-in|binary|every-0*[1-9][0-9]{0,8}")
_PREVIEW = re.compile(r"|first-middle-last|every-0*[1-9][0-9]{0,8}")
_FUNCTION = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*\Z")

#: Stands in environment_allow for the variables that farmsubmit knows to belong to a pipeline.
PIPELINE = "@pipeline"
_PLACEHOLDERS = {"user", "date", "job_id"}


class WrongPart(ValueError):
    """A part of a list or table that is wrong; ``part`` names it in words, such as ``its entry nuke``."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class Kind(NamedTuple):
    """``expected`` completes the sentence "… is not …"; ``read`` returns the value, or raises ValueError.

    Where ``takes_empty`` is false, empty text is no value: the setting keeps the one below. Where ``merges`` is true,
    a value is a table that is laid over the one below entry by entry, and an entry of empty text takes one away.
    """

    expected: str
    read: Callable[[Any], Any]
    takes_empty: bool = True
    merges: bool = False


def one_of(*words: str) -> Kind:
    """Return the kind that is one of some words."""
    return Kind("one of " + ", ".join(words), partial(_one_of, words))


def _one_of(words: Tuple[str, ...], value: Any) -> str:
    if value not in words:
        raise ValueError
    return str(value)


def optional(kind: Kind) -> Kind:
    """Return the kind that is also None, for which text is empty."""
    return kind._replace(expected=f"{kind.expected}, or empty", read=partial(_optional, kind.read))


def _optional(read: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None or value == "" else read(value)


def _word(pattern: re.Pattern[str], value: Any) -> str:
    word = _text(value).strip().lower()
    if not pattern.fullmatch(word):
        raise ValueError
    return word


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _whole(least: int, value: Any) -> int:
    number = int(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int) or number < least:
        raise ValueError
    return number


def _number(least: float, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError
    try:
        number = float(value)
    except OverflowError:
        raise ValueError from None
    if not math.isfinite(number) or number < least:
        raise ValueError
    return number


def _flag(value: Any) -> bool:
    if isinstance(value, str) and value.strip().lower() in (*_TRUE, *_FALSE):
        return value.strip().lower() in _TRUE
    if not isinstance(value, bool):
        raise ValueError
    return value


def _path(value: Any) -> str:
    text = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(text, str) or "\0" in text:
        raise ValueError
    return os.path.expanduser(text)  # noqa: PTH111  # Path would rewrite the separators of another system


def _paths(value: Any) -> List[str]:
    parts = value.split(os.pathsep) if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)):
        raise ValueError
    return [path for path in map(_path, parts) if path]


def _patterns(value: Any) -> List[str]:
    parts = re.split(r"[\s,]+", value.strip()) if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)):
        raise ValueError
    found = [part for part in parts if part != ""]
    if not all(isinstance(part, str) and (part == PIPELINE or _PATTERN.match(part)) for part in found):
        raise ValueError
    return found


def _address(value: Any) -> str:
    found = _ADDRESS.match(_text(value))
    if value and (found is None or not 0 < int(found[1]) < 65536):
        raise ValueError
    return str(value)


def _template(value: Any) -> str:
    from string import Formatter

    path = _path(value)
    fields = [field for field in Formatter().parse(path) if field[1] is not None]
    if path and ({name for _, name, _, _ in fields} != _PLACEHOLDERS or any(spec or how for _, _, spec, how in fields)):
        raise ValueError
    return path


def _function(value: Any) -> Callable[..., Any]:
    if isinstance(value, str) and _FUNCTION.match(value):
        return NamedFunction(value)
    if not callable(value):
        raise ValueError
    named: Callable[..., Any] = value
    return named


def _credentials(value: Any) -> Callable[[], Credentials]:
    return CredentialsResolver(_function(value))


TEXT = Kind("a string", _text)
COUNT = Kind("a whole number of at least 1", partial(_whole, 1))
SIZE = Kind("a whole number of at least 0", partial(_whole, 0))
NUMBER = Kind("a number such as 50 or 2.5", partial(_number, -math.inf))
SECONDS = Kind("a number of seconds of at least 0.1", partial(_number, 0.1))
FLAG = Kind("true or false", _flag)
PATH = Kind("a path", _path, takes_empty=False)
PATHS = Kind("a list of paths", _paths)
PATTERNS = Kind(f"a list of names such as OCIO, MAYA_* or {PIPELINE}", _patterns)
ADDRESS = Kind("an address such as tractor-engine:80", _address)
TEMPLATE = Kind("a path that holds {user}, {date} and {job_id}, and no others", _template)
# The orders are those of lang.frames, which stands on the same floor and so cannot be asked; a test compares them.
ORDER = Kind("forward, reverse, first-middle-last, outer-in, binary or every-N", partial(_word, _ORDER))
PREVIEW = Kind("first-middle-last, every-N or empty", partial(_word, _PREVIEW))
FUNCTION = Kind("a function, or the name of one such as 'module:function'", _function)
CREDENTIALS = Kind(FUNCTION.expected, _credentials)
