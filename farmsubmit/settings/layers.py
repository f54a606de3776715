"""Loading the layers, checking each value where it stands, and keeping its origin."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict, Mapping, Tuple

from farmsubmit import files
from farmsubmit.errors import SettingsError, did_you_mean
from farmsubmit.settings.configuration import configuration_file, read_configuration, read_toml
from farmsubmit.settings.table import SETTINGS, Setting


class Settings:
    """Values by name, each with its origin."""

    def __init__(self) -> None:
        self._values: Dict[str, Tuple[Any, str]] = {}

    def put(self, values: Mapping[str, Any], origin: str) -> None:
        """Lay values over the earlier ones; ``origin`` says where they come from, in words.

        Raises SettingsError for an unknown name or a value of the wrong kind.
        """
        for name, value in values.items():
            setting = SETTINGS.get(name)
            if setting is None:
                raise SettingsError(f"{origin}: there is no setting {name!r}", did_you_mean(name, SETTINGS))
            checked = _checked(setting, value, origin)
            if checked != "" or setting.kind.takes_empty:
                self._values[name] = (checked, origin)

    def __getitem__(self, name: str) -> Any:
        return self._values[name][0] if name in self._values else SETTINGS[name].default()

    def origin(self, name: str) -> str:
        """Return where a value comes from: ``default``, a file, an environment variable, or what put() was told."""
        return self._values[name][1] if name in self._values else "default"

    def shown(self, name: str) -> str:
        """Return a value as people may read it: a function by its name, a secret one not at all."""
        value = self[name]
        if SETTINGS[name].is_secret:
            return "hidden"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, list):
            return ", ".join(value)
        if callable(value):
            return str(getattr(value, "text", None) or _function_name(value))
        return str(value)


def load_settings(this_time: Mapping[str, Any] = {}) -> Settings:
    """Return the settings of this user and this process; ``this_time`` goes over all others.

    From the bottom up: the defaults, the configuration file that the environment names, the user's settings.toml,
    the environment, ``this_time``. Raises SettingsError for a file that does not parse or run, an unknown name, or a
    value of the wrong kind.
    """
    settings = Settings()
    studio = configuration_file()
    if studio is not None:
        settings.put(read_configuration(studio), str(studio))
    path = settings_file()
    if path.is_file():
        settings.put(read_toml(path), str(path))
    for name in SETTINGS:
        variable = f"FARMSUBMIT_{name.upper()}"
        if os.environ.get(variable):
            settings.put({name: os.environ[variable]}, variable)
    settings.put(this_time, "this time")
    return settings


def settings_file() -> Path:
    """Return the user's settings file, which may not exist."""
    return files.config_dir() / "settings.toml"


def _checked(setting: Setting, value: Any, origin: str) -> Any:
    try:
        return setting.kind.read(value)
    except ValueError:
        shown = "" if setting.is_secret else f" = {_short(value)}"
        raise SettingsError(f"{origin}: {setting.name}{shown} is not {setting.kind.expected}") from None


def _function_name(function: Any) -> str:
    kind = function if hasattr(function, "__qualname__") else type(function)
    return f"{kind.__module__}:{kind.__qualname__}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
