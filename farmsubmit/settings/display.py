"""Values as people read them, and as files and JSON hold them. Secrets are in neither."""

from __future__ import annotations

import re
from typing import Any, Mapping

from farmsubmit.errors import SettingsError
from farmsubmit.settings.table import SETTINGS, Setting

_HIDDEN = "hidden"
_PASSWORD = re.compile(r"(://[^/@\s:]*:)[^/@\s]+@")
_SECRET = re.compile(r"PASS|SECRET|TOKEN|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|AUTH", re.IGNORECASE)


def shown(name: str, value: Any) -> str:
    """Return a value in one line: a function by its name, a secret one not at all, a password in a URL as ``***``."""
    if name in SETTINGS and SETTINGS[name].is_secret:
        return _HIDDEN
    return _line(value)


def _line(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(_plain(value))
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_line, value))
    if isinstance(value, Mapping):
        return _map_line(value)
    if callable(value):
        return str(getattr(value, "text", None) or _function_name(value))
    return _PASSWORD.sub(r"\1***@", str(value))


def _map_line(value: Mapping[str, Any]) -> str:
    if set(value) == {"src", "dst", "zone"}:
        return f"{value['src']}={value['dst']}@{value['zone']}"
    return ", ".join(f"{key}={_HIDDEN if _SECRET.search(key) else _line(item)}" for key, item in value.items())


def safe_data(name: str, value: Any) -> Any:
    """Return a value for JSON that people read: numbers, flags, lists and tables as they are, what is secret hidden."""
    if name in SETTINGS and SETTINGS[name].is_secret:
        return _HIDDEN
    if isinstance(value, (list, tuple)):
        return [safe_data("", item) for item in value]
    if isinstance(value, Mapping):
        return {key: _HIDDEN if _SECRET.search(key) else safe_data("", item) for key, item in value.items()}
    if value is None or isinstance(value, (bool, int)):
        return value
    return _plain(value) if isinstance(value, float) else _line(value)


def file_data(setting: Setting, value: Any) -> Any:
    """Return a value as a settings file holds it: None as empty text, a named function as its name.

    Raises SettingsError for a secret, and for a function that has no name.
    """
    if setting.is_secret:
        raise SettingsError(f"{setting.name} is secret, so farmsubmit writes it to no file", "write it there yourself")
    if callable(value) and not getattr(value, "text", None):
        raise SettingsError(f"{setting.name} cannot be written to a file", "name its function as 'module:function'")
    if callable(value):
        return value.text
    return "" if value is None else _plain(value)


def _plain(value: Any) -> Any:
    """Return a float that is whole as an int."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _function_name(function: Any) -> str:
    kind = function if hasattr(function, "__qualname__") else type(function)
    return f"{kind.__module__}:{kind.__qualname__}"
