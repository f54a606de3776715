"""Loading the layers, checking each value where it stands, and keeping its origin."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Dict, Mapping, Tuple

from farmsubmit import files
from farmsubmit.errors import MissingLibraryError, SettingsError, did_you_mean
from farmsubmit.settings.table import SETTINGS, Setting, Value


class Settings:
    """Values by name, each with its origin."""

    def __init__(self) -> None:
        self._values: Dict[str, Tuple[Value, str]] = {}

    def put(self, values: Mapping[str, Any], origin: str) -> None:
        """Lay values over the earlier ones; ``origin`` says where they come from, in words.

        Raises SettingsError for an unknown name or a value of the wrong kind.
        """
        for name, value in values.items():
            setting = SETTINGS.get(name)
            if setting is None:
                raise SettingsError(f"{origin}: there is no setting {name!r}", did_you_mean(name, SETTINGS))
            self._values[name] = (_checked(setting, value, origin), origin)

    def __getitem__(self, name: str) -> Any:
        return self._values[name][0] if name in self._values else SETTINGS[name].default()

    def origin(self, name: str) -> str:
        """Return where a value comes from: ``default``, a file, an environment variable, or what put() was told."""
        return self._values[name][1] if name in self._values else "default"


def load_settings(this_time: Mapping[str, Any] = {}) -> Settings:
    """Return the settings of this user and this process; ``this_time`` goes over all others.

    Raises SettingsError for a file that does not parse, an unknown name, or a value of the wrong kind.
    """
    settings = Settings()
    path = settings_file()
    if path.is_file():
        settings.put(_read_toml(path), str(path))
    for name in SETTINGS:
        variable = f"FARMSUBMIT_{name.upper()}"
        if os.environ.get(variable):
            settings.put({name: os.environ[variable]}, variable)
    settings.put(this_time, "this time")
    return settings


def settings_file() -> Path:
    """Return the user's settings file, which may not exist."""
    return files.config_dir() / "settings.toml"


def _read_toml(path: Path) -> Dict[str, Any]:
    try:
        if sys.version_info >= (3, 11):
            import tomllib
        else:
            import tomli as tomllib
    except ImportError:
        raise MissingLibraryError("tomli", f"reading {path}") from None
    try:
        return dict(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: {error}") from None


def _checked(setting: Setting, value: Any, origin: str) -> Value:
    try:
        return _converted(setting, value)
    except ValueError:
        raise SettingsError(f"{origin}: {setting.name} = {value!r} is not {setting.expected}") from None


def _converted(setting: Setting, value: Any) -> Value:
    if isinstance(setting.kind, tuple):
        if value not in setting.kind:
            raise ValueError
        return str(value)
    if setting.kind is int:
        number = int(value) if isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise ValueError
        return number
    if not isinstance(value, str):
        raise ValueError
    return value
