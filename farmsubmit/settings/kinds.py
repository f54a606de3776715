"""The kinds of settings: what each takes from a file, from text in the environment, or from Python.

Text means the same wherever it stands: a list is split where the environment would split it, a flag is a word, a
function is named as ``module:function``.
"""

from __future__ import annotations

import os
import re
from functools import partial
from typing import Any, Callable, List, NamedTuple, Tuple

from farmsubmit.settings.functions import Credentials, CredentialsResolver, NamedFunction

_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_ADDRESS = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+):(\d{1,5})\Z")
_PATTERN = re.compile(r"[A-Za-z_*?][A-Za-z0-9_*?()]*\Z")
_FUNCTION = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*\Z")

#: Stands in environment_allow for the variables that farmsubmit knows to belong to a pipeline.
PIPELINE = "@pipeline"
_PLACEHOLDERS = {"user", "date", "job_id"}


class Kind(NamedTuple):
    """``expected`` completes the sentence "… is not …"; ``read`` returns the value, or raises ValueError.

    Where ``takes_empty`` is false, empty text is no value: the setting keeps the one below.
    """

    expected: str
    read: Callable[[Any], Any]
    takes_empty: bool = True


def one_of(*words: str) -> Kind:
    """Return the kind that is one of some words."""
    return Kind("one of " + ", ".join(words), partial(_one_of, words))


def _one_of(words: Tuple[str, ...], value: Any) -> str:
    if value not in words:
        raise ValueError
    return str(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _whole(least: int, value: Any) -> int:
    number = int(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int) or number < least:
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
FLAG = Kind("true or false", _flag)
PATH = Kind("a path", _path, takes_empty=False)
PATHS = Kind("a list of paths", _paths)
PATTERNS = Kind(f"a list of names such as OCIO, MAYA_* or {PIPELINE}", _patterns)
ADDRESS = Kind("an address such as tractor-engine:80", _address)
TEMPLATE = Kind("a path that holds {user}, {date} and {job_id}, and no others", _template)
FUNCTION = Kind("a function, or the name of one such as 'module:function'", _function)
CREDENTIALS = Kind(FUNCTION.expected, _credentials)
