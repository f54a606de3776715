"""The configuration file of a studio, in Python or TOML, named by an environment variable.

Source: jobtronaut, whose configuration is a Python file with names in upper case.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Set

from farmsubmit.errors import SettingsError
from farmsubmit.settings.table import SETTINGS
from farmsubmit.settings.tomltext import TomlFile, read_toml

#: The variables that name the file; the first that is set counts.
VARIABLES = ("FARMSUBMIT_CONFIGURATION_PATH", "JOBTRONAUT_CONFIGURATION_PATH")

# As near as a slip of the finger: a constant of the studio's own, such as PLUGIN_ROOT, must not be taken for one.
_SLIP = 0.87
_READING: Set[Path] = set()


class _Read(NamedTuple):
    stamp: Any
    values: Dict[str, Any]


_CACHE: Dict[Path, _Read] = {}


def configuration_file() -> Optional[Path]:
    """Return the file that the environment names, or None.

    Raises SettingsError where it is not there, or ends neither in .py nor in .toml.
    """
    for variable in VARIABLES:
        if os.environ.get(variable):
            path = Path(os.environ[variable]).expanduser().absolute()
            if not os.path.isfile(path):  # noqa: PTH113  # Path raises where it may not look
                raise SettingsError(f"{variable} names {path}, which is no file")
            if path.suffix not in (".py", ".toml"):
                raise SettingsError(f"{variable} names {path}", "write a Python file (.py) or a TOML file (.toml)")
            return path
    return None


def read_configuration(path: Path) -> Dict[str, Any]:
    """Return the values of a configuration file in Python by the names of the settings.

    They are the names in upper case that are settings. Raises SettingsError for a file that cannot be read or fails,
    with the line, and for a name that is almost a setting's.
    """
    from farmsubmit.settings.pythonfile import stamp

    now = stamp(path)
    known = _CACHE.get(path)
    if known is None or known.stamp != now:
        if path in _READING:
            raise SettingsError(f"{path} asks for the settings while it is read")
        _READING.add(path)
        try:
            known = _CACHE[path] = _Read(now, _chosen(_run(path), path))
        finally:
            _READING.discard(path)
    return known.values


def read_configuration_toml(path: Path) -> TomlFile:
    """Return a configuration file in TOML, the names at its top in lower case; raises SettingsError."""
    file = read_toml(path)
    lower = {name.lower(): value for name, value in file.data.items()}
    if len(lower) != len(file.data):
        doubles = sorted(name for name in file.data if name not in lower and name.lower() in file.data)
        raise SettingsError(f"{path}: {doubles[0]} is there twice, in upper and in lower case")
    return file._replace(data=lower)


def _run(path: Path) -> Mapping[str, Any]:
    from farmsubmit.settings.pythonfile import cause_of, load_module

    try:
        return vars(load_module(path, "farmsubmit_configuration"))
    except (Exception, SystemExit) as error:
        raise SettingsError(f"{path}: {cause_of(error, path)}") from None


def _chosen(namespace: Mapping[str, Any], path: Path) -> Dict[str, Any]:
    known = {name.upper(): name for name in SETTINGS}
    for name in namespace:
        if name.isupper() and not name.startswith("_") and name not in known and _nearest(name, list(known)):
            hint = f"did you mean {_nearest(name, list(known))!r}? a name of your own may start with an underscore"
            raise SettingsError(f"{path}: there is no setting {name!r}", hint)
    return {known[name]: value for name, value in namespace.items() if name in known}


def _nearest(name: str, known: List[str]) -> str:
    """Return the name that was meant; a plain word such as PROJECT is no slip of PROJECTS, for it is everybody's."""
    import difflib

    near = next(iter(difflib.get_close_matches(name, known, n=1, cutoff=_SLIP)), "")
    is_a_word = "_" not in near and near.rstrip("S") == name.rstrip("S")
    return "" if is_a_word else near
