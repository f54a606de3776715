"""TOML as text: reading a settings file with the places of its names, and writing what such a file holds.

Only the values of TOML itself are written. Source: TOML 1.0.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple

from farmsubmit import files
from farmsubmit.errors import MissingLibraryError, SettingsError

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_SPECIAL = re.compile(r'[\x00-\x1f\x7f"\\]')
_DEEPEST = 40


class TomlFile(NamedTuple):
    """A TOML file that parses: where it is, its text, and what it holds."""

    path: Path
    text: str
    data: Dict[str, Any]

    def at(self, name: str, table: str = "") -> str:
        """Return the path, with the line in which a name stands in a table (empty: the top), where that is clear."""
        line = line_of(self.text, name, table)
        return f"{self.path}, line {line}" if line else str(self.path)


def read_toml(path: Path) -> TomlFile:
    """Return a TOML file; raises SettingsError with the path, and with the line where there is one."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise SettingsError(f"{path} is not UTF-8 text") from None
    try:
        return TomlFile(path, text, parse(text, path))
    except RecursionError:
        raise SettingsError(f"{path}: it nests too deep") from None
    except ValueError as error:
        raise SettingsError(f"{path}: {error}") from None


def parse(text: str, path: Path) -> Dict[str, Any]:
    """Return what a text holds; raises ValueError, RecursionError, and MissingLibraryError where there is no parser."""
    try:
        if sys.version_info >= (3, 11):
            import tomllib
        else:
            import tomli as tomllib
    except ImportError:
        raise MissingLibraryError("tomli", f"reading {path}") from None
    return dict(tomllib.loads(text.replace("\r\n", "\n")))


def is_there(path: Path) -> bool:
    """Tell whether a file is there; raises SettingsError where that cannot be known."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116  # half the time, and asked for each folder above
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read: {files.why_not(error)}") from None


def line_of(text: str, name: str, table: str = "") -> int:
    """Return the line, from 1, of the one statement that sets a name in a table, or of its own table; 0 if unclear."""
    key = re.compile(rf"\s*(?:{re.escape(name)}|\"{re.escape(name)}\"|'{re.escape(name)}')\s*[=.]", re.IGNORECASE)
    whole = f"{table}.{name}" if table else name
    current, found, below = "", [], []
    for number, line in enumerate(text.splitlines(), 1):
        header = header_of(line)
        current = header or current
        if (header and current == whole) or (not header and current == table and key.match(line)):
            found.append(number)
        elif header and current.startswith(f"{whole}."):
            below.append(number)
    found = found or below[:1]
    return found[0] if len(found) == 1 else 0


def header_of(line: str) -> str:
    """Return the table that a line begins, without blanks and quotes, or nothing for any other line."""
    text = line.strip()
    if not text.startswith("["):
        return ""
    name, _, rest = text.lstrip("[").partition("]")
    rest = rest.lstrip("] \t")
    return "" if rest and not rest.startswith("#") else re.sub(r"[\s\"']", "", name)


def dumps(data: Mapping[str, Any]) -> str:
    """Return the TOML text of a table; raises SettingsError for what TOML cannot hold."""
    return "\n".join(_section(data, (), 0)).strip("\n") + "\n"


def _section(table: Mapping[str, Any], above: tuple[str, ...], depth: int) -> Iterator[str]:
    _check_depth(depth)
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    if above and (plain or not table):
        yield ""
        yield f"[{'.'.join(map(_key, above))}]"
    for key, value in plain.items():
        yield f"{_key(key)} = {value_text(value, depth)}"
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _section(value, (*above, key), depth + 1)


def value_text(value: Any, depth: int = 0) -> str:
    """Return a value as it stands behind the ``=``; raises SettingsError for what TOML cannot hold."""
    _check_depth(depth)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return _string(value)
    if hasattr(value, "isoformat"):  # a date, a time, or both
        return str(value.isoformat())
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_items(value, depth + 1))}]"
    if isinstance(value, Mapping):
        pairs = [f"{_key(key)} = {value_text(item, depth + 1)}" for key, item in value.items()]
        return f"{{{', '.join(pairs)}}}"
    raise SettingsError(f"{type(value).__name__} cannot be written to a settings file")


def _items(values: Any, depth: int) -> List[str]:
    return [value_text(item, depth) for item in values]


def _check_depth(depth: int) -> None:
    if depth > _DEEPEST:
        raise SettingsError(f"a settings file cannot nest deeper than {_DEEPEST} tables and lists")


def _key(name: str) -> str:
    return name if _BARE.match(name) else _string(name)


def _string(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise SettingsError(f"{text!r} is no text that a settings file can hold") from None
    return '"' + _SPECIAL.sub(_escaped, text) + '"'


def _escaped(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}"
