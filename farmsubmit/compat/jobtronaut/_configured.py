"""The settings as jobtronaut's modules show them: attributes in upper case, read when they are asked for.

Old tests and scripts put values of their own in such an attribute, of the module that uses it. Those count here too,
over all that the settings say.
"""

from __future__ import annotations

import sys
from typing import Any, Dict

from farmsubmit.settings import Settings, load_settings

#: The variables of jobtronaut's configuration.
NAMES = (
    "ARGUMENTS_SERIALIZED_MAX_LENGTH",
    "ARGUMENTS_STORAGE_PATH",
    "CLARISSE_SCRIPT_WRAPPER",
    "COMMANDFLAGS_ARGUMENT_NAME",
    "ENABLE_PLUGIN_CACHE",
    "ENVIRONMENT_RESOLVER",
    "EXECUTABLE_RESOLVER",
    "FILTER_SELECTOR",
    "INHERIT_ENVIRONMENT",
    "JOB_STORAGE_PATH_TEMPLATE",
    "KATANA_SCRIPT_WRAPPER",
    "LOGGING_NAMESPACE",
    "MAYA_SCRIPT_WRAPPER",
    "NUKE_SCRIPT_WRAPPER",
    "PLUGIN_PATH",
    "TRACTOR_ENGINE",
    "TRACTOR_ENGINE_CREDENTIALS_RESOLVER",
)

_HERE = __name__.rpartition(".")[0]
# The last one counts most.
_PLACES = [
    _HERE,
    *(f"{_HERE}.{name}" for name in ("configuration", "constants")),
    *(f"{_HERE}.author.{name}" for name in ("argument", "processor", "plugins", "task", "job")),
]


def settings() -> Settings:
    """Return the settings, with what was put into the modules over them."""
    changed: Dict[str, Any] = {}
    for place in filter(sys.modules.__contains__, _PLACES):
        namespace = vars(sys.modules[place])
        changed.update({name.lower(): namespace[name] for name in NAMES if name in namespace})
    return load_settings(changed)


def value(name: str, module: str) -> Any:
    """Return a setting for a module that is asked for an attribute it has not; raises AttributeError for any other."""
    if name not in NAMES:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    return settings()[name.lower()]
