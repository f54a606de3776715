"""The word that tells a wrapper script what to run inside a DCC: reads it, and finds what it names.

    {"farmsubmit":1,"call":"package.module:function","with":{…},"once":false}|python=/studio/lib|result=/r/1.json

The word is the last argument of the command line: a JSON object, then paths as they stand, for directory mapping may
put backslashes into them, which JSON would take for escapes. Or it is the path of a ``.json`` file that holds the same.
It needs nothing but the standard library, for a render machine may have nothing else.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional, Sequence

#: The version of the contract.
VERSION = 1

_KEYS = ("farmsubmit", "call", "with", "once")
_CALL = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*\Z")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


class WordError(Exception):
    """A word that cannot be read, or that names nothing that is here; the exit code is 2."""


class Word(NamedTuple):
    """A word that was read: what to call, with what, whether only once, and the paths by name, each name a list."""

    call: str
    what: Dict[str, Any]
    once: bool
    paths: Dict[str, List[str]]

    @property
    def folders(self) -> List[Path]:
        """The folders to put first on ``sys.path``; absolute, for the function may change the working folder."""
        return [Path(path).absolute() for path in self.paths.get("python", ())]

    @property
    def result(self) -> Optional[Path]:
        """The absolute path of the result file, or None where nobody wants one."""
        return Path(self.paths["result"][0]).absolute() if "result" in self.paths else None


# --- reading


def read_word(text: str) -> Word:
    """Return what a word says; raises WordError."""
    if not text.startswith("{"):
        text = _text_of_file(text)
    try:
        head, end = json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError as error:
        raise WordError(f"the word {short(text)} is no JSON: {error.msg}, column {error.pos + 1}") from None
    except (ValueError, RecursionError):
        raise WordError(f"the word {short(text)} holds a number or a nesting beyond all measure") from None
    if not isinstance(head, dict):
        raise WordError(f"the word {short(text)} does not begin with a JSON object")
    _check_head(head)
    word = Word(head["call"], head.get("with", {}), head.get("once", False), _read_paths(text[end:], end))
    if len(word.paths.get("result", ())) > 1:
        raise WordError("the word names two result files")
    if word.once and word.result is None:
        raise WordError("the word says once, which needs a result file: add |result=PATH")
    return word


def _text_of_file(path: str) -> str:
    # By its ending a word that got lost is noticed: then something else stands last, a scene or the script itself.
    if not path.lower().endswith(".json"):
        what = f"the last argument {short(path)} is no word"
        raise WordError(f"{what}; one begins with {{ or is the path of a .json file")
    try:
        return Path(path).read_text("utf-8-sig").strip("\r\n")
    except (OSError, ValueError) as error:
        raise WordError(f"the word's file {short(path)} cannot be read: {reason(error)}") from None


def _check_head(head: Dict[str, Any]) -> None:
    for key in head:
        if key not in _KEYS:
            raise WordError(f"the word has an unknown key {short(key)}{near(key, _KEYS)}")
    version, call = head.get("farmsubmit"), head.get("call")
    if type(version) is not int or version != VERSION:
        raise WordError(f"the word is of version {short(version)}, and this wrapper reads version {VERSION}")
    if not isinstance(call, str) or not _CALL.match(call):
        raise WordError(f"call = {short(call)} is not of the form package.module:function")
    if not isinstance(head.get("with", {}), dict):
        raise WordError(f"with = {short(head['with'])} is no JSON object")
    if not isinstance(head.get("once", False), bool):
        raise WordError(f"once = {short(head['once'])} is neither true nor false")


def _read_paths(text: str, column: int) -> Dict[str, List[str]]:
    paths: Dict[str, List[str]] = {}
    if text and not text.startswith("|"):
        raise WordError(f"column {column + 1} of the word: {short(text)} stands after the JSON; write |name=path")
    for item in text.split("|")[1:]:
        name, _, path = item.partition("=")
        if not path or not _NAME.match(name):
            raise WordError(f"{short(item)} in the word is not of the form name=path")
        paths.setdefault(name, []).append(path)
    return paths


# --- finding what it names


def find_function(call: str, folders: Sequence[Path]) -> Callable[..., Any]:
    """Return what ``package.module:function`` names, with these folders put first on ``sys.path``.

    Raises WordError for a name that is not there, and whatever the module itself raises while it is imported.
    """
    sys.path[:0] = map(str, folders)
    name, _, attribute = call.partition(":")
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if not f"{name}.".startswith(f"{missing}."):
            raise  # the module is there; what it imports is not
        hint = _module_hint(missing, folders)
        raise WordError(f"call = {call!r}: there is no module {missing!r}{hint}") from None
    function = getattr(module, attribute, None)
    if not callable(function):
        known = [key for key, value in vars(module).items() if callable(value)]
        place = getattr(module, "__file__", None) or f"module {name!r}"
        raise WordError(f"call = {call!r}: there is no function {attribute!r} in {place}{near(attribute, known)}")
    return function  # type: ignore[no-any-return]


def _module_hint(missing: str, folders: Sequence[Path]) -> str:
    import pkgutil

    lost = [str(folder) for folder in folders if not folder.is_dir()]
    if lost:
        return f"; nor is there a folder {', '.join(lost)}"
    parent, dot, _ = missing.rpartition(".")
    places = getattr(sys.modules.get(parent), "__path__", ()) if parent else map(str, folders)
    return near(missing, [f"{parent}{dot}{found.name}" for found in pkgutil.iter_modules(list(places))])


# --- parts of sentences


def near(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest known word, or an empty text."""
    import difflib

    found = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def short(value: object) -> str:
    """Return a value as it is written, cut to what fits into a sentence."""
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def reason(error: Exception) -> str:
    """Return why something went wrong, without the path that the sentence has already."""
    return getattr(error, "strerror", None) or " ".join(str(error).split())
