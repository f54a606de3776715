"""Graph scope variables: what a ``gsv`` knob holds, and paths that name a variable.

The knob is a list of sets, each a list of ``name value {{vp:type List} {vp:options {…}}}``; ``__default__`` is the set
whose variables are named without it. ``%{shot}`` and ``%{set.shot}`` stand for a variable, ``%shot`` too if there is
one of that name. Source: scripts of Nuke 15.2 and 16, and the page "Graph Scope Variables" of Nuke's Python developer
guide.
"""

from __future__ import annotations

import re
from typing import Callable, Iterator, List, Optional, Sequence, Tuple

from farmsubmit.scenes.facts import Variable
from farmsubmit.scenes.nuke import values

_DEFAULT_SET = "__default__"
_BRACED = re.compile(r"%\{([^{}%]*)\}")
_BARE = re.compile(r"%([A-Za-z_]\w*)")


def variables(knob: bytes) -> Tuple[Variable, ...]:
    """Return the variables of a gsv knob, those of a set as ``set.name``; what cannot be read is left out."""
    found: List[Variable] = []
    for entry in _entries(values.text(knob)):
        name, inner = entry[0], entry[1]
        prefix = "" if name == _DEFAULT_SET else f"{name}."
        found += (_variable(prefix, words) for words in _entries(inner))
    return tuple(found)


def expanded(path: str, value: Callable[[str], Optional[str]]) -> Tuple[str, bool]:
    """Return a path with its variables filled in, and whether all that are named in braces are known."""
    known = True

    def braced(found: re.Match[str]) -> str:
        nonlocal known
        answer = value(found[1])
        known = known and answer is not None
        return found[0] if answer is None else answer

    def bare(found: re.Match[str]) -> str:
        return value(found[1]) or found[0]

    return _BARE.sub(bare, _BRACED.sub(braced, path)), known


def _variable(prefix: str, words: Sequence[str]) -> Variable:
    options: Tuple[str, ...] = ()
    for setting in values.words(" ".join(words[2:3])):
        name, *listed = values.words(setting) or [""]
        if name == "vp:options":
            options = tuple(word for value in listed for word in values.words(value))
    return Variable(prefix + words[0], words[1], options)


def _entries(text: str) -> Iterator[List[str]]:
    """Yield name, value and settings, whether each entry stands in braces of its own or all in one line."""
    words = values.words(text)
    if words and len(values.words(words[0])) > 1:
        for word in words:
            entry = values.words(word)
            if len(entry) > 1:
                yield entry
        return
    place = 0
    while place + 1 < len(words):
        settled = place + 2 < len(words) and "vp:" in words[place + 2]
        yield words[place : place + 2 + settled]
        place += 2 + settled
