"""One layer: the values that one place gives, checked where they stand, and the policy that comes with them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, Mapping, NamedTuple, Tuple

from farmsubmit.errors import SettingsError
from farmsubmit.settings.places import check_dcc
from farmsubmit.settings.policyfile import Entry, read_policy
from farmsubmit.settings.table import SETTINGS, read_value, setting_of
from farmsubmit.settings.tomltext import TomlFile, read_toml

#: The layers that are files, from the lowest; the environment and this time lie above them.
FILE_KINDS = ("site", "show", "user", "scene", "preset")
_POLICY_KINDS = ("site", "show")
_TABLES = ("dcc", "policy")


class Layer(NamedTuple):
    """What one place says.

    ``kind`` is one of FILE_KINDS, or empty for a place that is no file; ``place`` is the path, the variable, or words.
    ``parts`` has the table of each value that does not stand at the top of the file.
    """

    kind: str
    place: str
    values: Dict[str, Any]
    parts: Dict[str, str]
    entries: Tuple[Entry, ...] = ()

    @property
    def origin(self) -> str:
        """Where its values come from, as ``show: /path``, ``FARMSUBMIT_CHUNK`` or ``this time``."""
        return origin_of(self.kind, self.place)


def origin_of(kind: str, place: str) -> str:
    """Return where a value comes from, in words."""
    return f"{kind}: {place}" if kind else place


def plain_layer(values: Mapping[str, Any], place: str, kind: str = "") -> Layer:
    """Return the layer of values that stand in no TOML file; raises SettingsError."""
    return Layer(kind, place, _values(values, lambda name: place), {})


def file_layer(path: Path, kind: str, dcc: str, trusted: bool = True) -> Layer:
    """Return the layer of a TOML file, with its values for a DCC over the others.

    All of the file is checked, also what is for another DCC. ``trusted`` allows settings that run code here. Raises
    SettingsError with path and line.
    """
    return toml_layer(read_toml(path), kind, dcc, trusted)


def toml_layer(file: TomlFile, kind: str, dcc: str, trusted: bool = True) -> Layer:
    """Return the layer of a TOML file that is read; see file_layer."""
    top = {name: value for name, value in file.data.items() if name not in _TABLES and not name.startswith("_")}
    values = _values(top, file.at)
    tables = _dcc_tables(file)
    if not trusted:
        refuse_code([*values, *(name for table in tables.values() for name in table)], file.path)
    own = tables.get(dcc, {})
    parts = dict.fromkeys(own, f"dcc.{dcc}")
    merged = {name: overlaid(name, values.get(name), value) for name, value in own.items()}
    origin = origin_of(kind, str(file.path))
    entries = read_policy(file, origin) if kind in _POLICY_KINDS else _no_policy(file, kind)
    return Layer(kind, str(file.path), {**values, **merged}, parts, entries)


def overlaid(name: str, below: Any, value: Any) -> Any:
    """Return a value over the one below it: a table entry by entry, all else as it is."""
    if not SETTINGS[name].kind.merges:
        return value
    return {**(below or {}), **value}


def _values(table: Mapping[str, Any], at: Callable[[str], str]) -> Dict[str, Any]:
    values = {}
    for name, value in table.items():
        where = partial(at, name)
        setting = setting_of(name, where, _TABLES)
        checked = read_value(setting, value, where)
        if checked != "" or setting.kind.takes_empty:
            values[name] = checked
    return values


def _dcc_tables(file: TomlFile) -> Dict[str, Dict[str, Any]]:
    tables = file.data.get("dcc", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise SettingsError(f"{file.at('dcc')}: dcc is not a table for each DCC", "write [dcc.maya]")
    for name in tables:
        check_dcc(name, partial(file.at, name, "dcc"))
    return {name: _values(table, partial(file.at, table=f"dcc.{name}")) for name, table in tables.items()}


def refuse_code(names: Iterable[str], path: Path) -> None:
    """Raise SettingsError for a setting that runs code here, in a file that is merely found beside a scene."""
    for name in names:
        if SETTINGS[name].runs_here:
            hint = f"where you trust it, add {path.parent} to your setting trusted_folders"
            raise SettingsError(f"{path}: {name} may not stand in a file that is found beside a scene", hint)


def _no_policy(file: TomlFile, kind: str) -> Tuple[Entry, ...]:
    if "policy" in file.data:
        raise SettingsError(f"{file.at('policy')}: policy is for the files of sites and shows, not of a {kind}")
    return ()
