"""The kinds of settings that hold lists and tables.

In text a list is split at its separator, or is a JSON list; a table is ``NAME=VALUE`` with commas between, or a JSON
object. So whatever a file can say, the environment can say too.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Callable, Dict, List, Mapping, Tuple

from farmsubmit.settings.kinds import Kind, WrongPart

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.()-]*\Z")
# A word has no blanks, but for those inside the tags of a template.
_WORD = re.compile(r"(?:\{\{.*?\}\}|\{%.*?%\}|\S)+")
_MAP_KEYS = ("src", "dst", "zone")

#: The programs that commands are made of; each has a setting of its name.
PROGRAMS = (
    *("blender", "maya", "mayapy", "maya_render", "nuke", "katana"),
    *("python", "blade_python", "ffmpeg", "oiiotool"),
)
#: A prefix of one of these stands before all its programs.
DCCS_WITH_PROGRAMS = ("blender", "katana", "maya", "nuke")


def _json(text: str) -> Any:
    import json

    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError from None


def _listed(separator: str, value: Any) -> List[Any]:
    if isinstance(value, str):
        text = value.strip()
        value = (
            _json(text) if text.startswith("[") else [part for part in map(str.strip, text.split(separator)) if part]
        )
    if not isinstance(value, (list, tuple)):
        raise ValueError
    return list(value)


def _texts(separator: str, value: Any) -> List[str]:
    items = _listed(separator, value)
    if not all(isinstance(item, str) and item.strip() for item in items):
        raise ValueError
    return [item.strip() for item in items]


def _words(value: Any) -> List[str]:
    is_plain = isinstance(value, str) and not value.strip().startswith("[")
    words = _WORD.findall(value) if is_plain else _listed(" ", value)
    if not words or not all(isinstance(word, str) and word for word in words):
        raise ValueError
    return list(words)


def _maps(value: Any) -> List[Dict[str, str]]:
    return [_part(f"its map {place}", _map, item) for place, item in enumerate(_listed(";", value), start=1)]


def _part(name: str, read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except ValueError:
        raise WrongPart(name) from None


def _map(item: Any) -> Dict[str, str]:
    if isinstance(item, str):
        source, equals, rest = item.partition("=")
        destination, at, zone = rest.rpartition("@")
        if not (equals and at):
            raise ValueError
        item = dict(zip(_MAP_KEYS, (source.strip(), destination.strip(), zone.strip())))
    if not isinstance(item, Mapping) or set(item) != set(_MAP_KEYS):
        raise ValueError
    found = {key: item[key] for key in _MAP_KEYS}
    if not all(isinstance(text, str) and text and text == text.strip() for text in found.values()):
        raise ValueError
    if "@" in found["zone"] or len(found["zone"].split()) > 1:
        raise ValueError
    return found


def _table(key: Callable[[Any], str], read: Callable[[Any], Any], value: Any) -> Dict[str, Any]:
    if isinstance(value, str):
        text = value.strip()
        value = _json(text) if text.startswith("{") else dict(map(_pair, filter(str.strip, text.split(","))))
    if not isinstance(value, Mapping):
        raise ValueError
    return dict(_part(f"its entry {name}", partial(_entry, key, read), (name, item)) for name, item in value.items())


def _entry(key: Callable[[Any], str], read: Callable[[Any], Any], pair: Tuple[Any, Any]) -> Tuple[str, Any]:
    return key(pair[0]), read(pair[1])


def _pair(text: str) -> List[str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError
    return [name.strip(), value.strip()]


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value


def _variable(value: Any) -> str:
    if not isinstance(value, str) or not _VARIABLE.match(value):
        raise ValueError
    return value


def _item(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError
    return str(value)


def _farm_program(value: Any) -> str:
    name, at, zone = _name(value).partition("@")
    if name not in PROGRAMS or (at and len(zone.split()) != 1) or "@" in zone:
        raise ValueError
    return str(value)


def _place(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value or value != value.strip():
        raise ValueError
    return value


def _prefixed(value: Any) -> str:
    if value not in (*DCCS_WITH_PROGRAMS, *PROGRAMS):
        raise ValueError
    return str(value)


def _prefix(value: Any) -> Any:
    """Return the words of a prefix; none at all are empty text, which takes the entry below away."""
    return _words(value) if value and value != [] else ""


def _severity(value: Any) -> str:
    if value not in ("error", "warning", "note", "off", ""):
        raise ValueError
    return str(value)


def _note(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _hook(value: Any) -> Any:
    """Return a hook as it is given: text, words, or a function; only text that is a JSON list becomes words."""
    if callable(value):
        return value
    if isinstance(value, str) and not value.strip().startswith("["):
        return value.strip()
    return _words(value)


NAMES = Kind("a list of names such as ['shots', 'layout']", partial(_texts, ","))
KEYS = Kind("a list of environment keys such as ['maya-2025', 'setenv A=1']", partial(_texts, ","))
WORDS = Kind("a list of words such as ['nice', '@default']", _words)
DIRMAPS = Kind("a list of maps such as 'X:/proj=/mnt/proj@NFS', or of tables of src, dst and zone", _maps)
ENVIRONMENT = Kind("a table of variables and their values", partial(_table, _variable, _item), merges=True)
EXECUTABLES = Kind(
    f"a table of PROGRAM or PROGRAM@ZONE, each with its path; programs are {', '.join(PROGRAMS)}",
    partial(_table, _farm_program, _place),
    merges=True,
)
PREFIXES = Kind(
    f"a table of words such as ['rez-env', 'maya', '--'] by DCC or program: {', '.join(PROGRAMS)}",
    partial(_table, _prefixed, _prefix),
    merges=True,
)
SEVERITIES = Kind("a table of rules, each error, warning, note or off", partial(_table, _name, _severity), merges=True)
NOTES = Kind("a table of rules, each with a note that says why", partial(_table, _name, _note), merges=True)
HOOK = Kind("'module:function', or a program as text or as a list of words", _hook)
