"""The ``setenv`` items of an envkey: ``setenv A=1 B=2``, one or many variables in one item.

The item is cut at blanks and knows no quotes, so a value with a blank cannot be said. Values are not shown in errors,
for they may be secret. Source: Tractor's environment handlers and jobtronaut, which sends the whole environment as one
such item; the first ``=`` ends the name.
"""

from __future__ import annotations

import re
from typing import Dict, List, Mapping

from farmsubmit.errors import FarmsubmitError

_WORD = "setenv"
# Windows has variables such as ProgramFiles(x86).
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.()-]*\Z")


class EnvkeyError(FarmsubmitError, ValueError):
    """A variable that a setenv item cannot say, or an item that is none."""


def setenv_items(values: Mapping[str, object]) -> List[str]:
    """Return the envkey that sets the variables, in their order: one item, or none where there are no variables.

    Values are text, numbers, or paths. Raises EnvkeyError naming the variable that cannot be said.
    """
    pairs: List[str] = []
    for name, value in values.items():
        text = _as_text(name, value)
        problem = unsayable(name, text)
        if problem:
            raise EnvkeyError(f"the environment variable {name!r} cannot be sent: {problem}", "leave it out")
        pairs.append(f"{name}={text}")
    return [" ".join([_WORD, *pairs])] if pairs else []


def unsayable(name: str, value: str) -> str:
    """Return why a setenv item cannot say a variable, or nothing where it can."""
    if not _NAME.match(name):
        return "its name has other characters than letters, digits and underscores"
    if any(character in "\r\n" for character in value):
        return "its value has more than one line"
    if any(character.isspace() or character == "\0" for character in value):
        return "its value holds a blank"
    return ""


def parse_setenv(item: str) -> Dict[str, str]:
    """Return the variables that an item sets; raises EnvkeyError for an item that is no ``setenv NAME=VALUE …``."""
    words = item.split()
    pairs = [word.partition("=") for word in words[1:]]
    if words[:1] != [_WORD]:
        shown = words[0] if words else "an empty item"
        raise EnvkeyError(f"{shown} is no {_WORD} item", f"write {_WORD} NAME=VALUE")
    if not pairs or not all(_NAME.match(name) and equals for name, equals, _ in pairs):
        raise EnvkeyError(f"a {_WORD} item wants NAME=VALUE, once or more, and no blank in a value")
    return {name: value for name, _, value in pairs}


def _as_text(name: str, value: object) -> str:
    is_text = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    if not is_text and not hasattr(value, "__fspath__"):
        raise EnvkeyError(f"the environment variable {name!r} cannot be sent: its value is no text")
    return str(value)
