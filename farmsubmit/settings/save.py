"""Writing settings into a file that people write too: what they wrote, comments included, stays as it is.

A statement is changed in the text. The result is read again before it is written; where the text could not be changed
so that it says exactly what is wanted, the whole file is written anew, without its comments.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Tuple

from farmsubmit import files
from farmsubmit.errors import SettingsError
from farmsubmit.settings.display import file_data
from farmsubmit.settings.places import check_dcc
from farmsubmit.settings.table import read_value, setting_of
from farmsubmit.settings.tomltext import dumps, header_of, is_there, parse, read_toml, value_text

# A statement of a settings file is rarely longer; each line more costs another look at all of them.
_MOST_LINES = 200
# A # may stand in a text; one that begins a comment is rarely further on.
_MOST_MARKS = 20


def save_layer(path: Path, values: Mapping[str, Any], dcc: str = "") -> None:
    """Set values in a settings file, or in its table of a DCC; None takes a value away.

    All else in the file stays, and the folder is made. Raises SettingsError for an unknown name, a value of the wrong
    kind, a secret or a function without a name, and a file that cannot be read or written.
    """
    if dcc:
        check_dcc(dcc)
    wanted = {name: _for_file(name, value, path) for name, value in values.items()}
    file = read_toml(path) if is_there(path) else None
    text, data = (file.text, file.data) if file else ("", {})
    write_text(path, changed_text(text, data, wanted, ("dcc", dcc) if dcc else (), path))


def write_text(path: Path, text: str) -> None:
    """Write a settings file, and its folder; a link stays a link. Raises SettingsError."""
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        files.write_atomic(target, text)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror or error}") from None


def changed_text(
    text: str, data: Mapping[str, Any], values: Mapping[str, Any], table: Tuple[str, ...], path: Path
) -> str:
    """Return a text with values set in a table (empty: the top), or taken away where they are None."""
    wanted = _changed_data(data, values, table)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").splitlines()
    for name, value in values.items():
        lines = _changed_lines(lines, name, value, ".".join(table))
    edited = "\n".join(lines) + "\n" if lines else ""
    if not _says(edited, wanted, path):
        edited = dumps(wanted)
    return edited.replace("\n", newline)


def _for_file(name: str, value: Any, path: Path) -> Any:
    setting = setting_of(name)
    return None if value is None else file_data(setting, read_value(setting, value, lambda: str(path)))


def _changed_data(data: Mapping[str, Any], values: Mapping[str, Any], table: Tuple[str, ...]) -> Dict[str, Any]:
    changed = dict(data)
    target = changed
    for name in table:
        target[name] = dict(target.get(name, {}))
        target = target[name]
    for name, value in values.items():
        target.pop(name, None)
        if value is not None:
            target[name] = value
    return changed


def _says(text: str, wanted: Mapping[str, Any], path: Path) -> bool:
    """Tell whether a text holds what is wanted; tables that hold nothing say nothing."""
    try:
        found = parse(text, path)
    except (ValueError, RecursionError):
        return False
    return _pruned(found) == _pruned(wanted)


def _pruned(data: Mapping[str, Any]) -> Dict[str, Any]:
    dcc = data.get("dcc")
    if not isinstance(dcc, dict):
        return dict(data)
    kept = {name: table for name, table in dcc.items() if table}
    return {**data, "dcc": kept} if kept else {name: value for name, value in data.items() if name != "dcc"}


def _changed_lines(lines: List[str], name: str, value: Any, table: str) -> List[str]:
    begin, end = _region(lines, table)
    if begin is None:
        return lines if value is None else [*lines, *([""] if lines else []), f"[{table}]", _statement(name, value)]
    first, last = _extent(lines, begin, end, name)
    if first is None:
        place = _after_last_statement(lines, begin, end)
        return lines if value is None else [*lines[:place], _statement(name, value), *lines[place:]]
    comment = _comment(lines[first]) if last == first + 1 else ""
    new = [] if value is None else [_statement(name, value) + comment]
    return [*lines[:first], *new, *lines[last:]]


def _statement(name: str, value: Any) -> str:
    return f"{name} = {value_text(value)}"


def _region(lines: List[str], table: str) -> Tuple[Optional[int], int]:
    """Return the lines of a table without its header: the first, None where there is no such table, and the end."""
    begin = None if table else 0
    for number, line in enumerate(lines):
        header = header_of(line)
        if header and begin is not None:
            return begin, number
        if header and header == table:
            begin = number + 1
    return begin, len(lines)


def _extent(lines: List[str], begin: int, end: int, name: str) -> Tuple[Optional[int], int]:
    """Return the lines of the statement that sets a name: the first, None where there is none, and the end."""
    key = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=")
    first = next((number for number in range(begin, end) if key.match(lines[number])), None)
    if first is None:
        return None, 0
    for last in range(first + 1, min(end, first + _MOST_LINES) + 1):
        if _parses("\n".join(lines[first:last])):
            return first, last
    return first, first + 1


def _after_last_statement(lines: List[str], begin: int, end: int) -> int:
    """Return the place for a new statement: behind the last one, or before what blank lines and comments end with."""
    for number in range(end, begin, -1):
        line = lines[number - 1].strip()
        if line and not line.startswith("#"):
            return number
    return begin


def _comment(line: str) -> str:
    """Return the comment behind a statement with the blanks before it, or nothing."""
    before, *after = line.split("#", _MOST_MARKS)
    while after:
        if _parses(before):
            kept = before.rstrip()
            return line[len(kept) :]
        before += "#" + after.pop(0)
    return ""


def _parses(text: str) -> bool:
    try:
        return bool(parse(text, Path("text")))
    except (ValueError, RecursionError):
        return False
