"""Which settings shape a job, and how a request keeps them: those that differ from the default, by name.

A request that is read takes the others from the defaults, whatever the settings of the person who reads it are: the
same request must give the same job. Locks of a policy still hold. Settings that name what runs on this machine
(functions, hooks, folders with plug-ins, the Python of hooks) are never kept in a request, for a request is data that
anybody may send.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping, Tuple

from farmsubmit.errors import RequestError, did_you_mean
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.settings import SETTINGS, load_settings


def _known(*names: str) -> Tuple[str, ...]:
    return tuple(name for name in names if name in SETTINGS)


#: The settings that shape the job of a request when it is built; all others are used when the request is made.
SHAPING = _known(
    *("service", "service_maya", "service_nuke", "service_katana", "movie_service"),
    *("job_title", "task_title", "movie_name", "maya_command", "nuke_command", "katana_command", "blender_command"),
    *("maya", "mayapy", "maya_render", "nuke", "katana", "ffmpeg", "oiiotool", "blade_python", "blender"),
    *("executables", "package_prefix"),
    *("blender_script_wrapper", "maya_script_wrapper", "nuke_script_wrapper", "katana_script_wrapper"),
    *("commandflags_argument_name", "arguments_serialized_max_length", "arguments_storage_path"),
)


def shaping_values(settings: Any) -> Dict[str, Any]:
    """Return the values of the settings that shape a job and differ from their defaults."""
    if settings is None:
        return {}
    return {name: settings[name] for name in SHAPING if settings[name] != SETTINGS[name].default()}


def settings_with(values: Mapping[str, Any], facts: SceneFacts, this_time: Mapping[str, Any] = {}) -> Any:
    """Return the settings of this user for a scene, but those that shape a job as ``values`` or the defaults say.

    ``this_time`` goes over them. Raises RequestError for a setting that shapes no job, SettingsError for bad values.
    """
    for name in values:
        if name not in SHAPING:
            hint = did_you_mean(name, SHAPING) or "give it with --set"
            raise RequestError(f"request: settings has {name!r}, which is no setting that shapes a job", hint)
    settings = load_settings(scene=facts.path, dcc=facts.dcc)
    settings.put(_back_to_defaults(settings, values), "the request")
    settings.put(values, "the request")
    if this_time:
        settings.put(this_time, "this time")
    return settings


def _back_to_defaults(settings: Any, values: Mapping[str, Any]) -> Dict[str, Any]:
    """Return what takes the settings that shape a job back to their defaults, but for what ``values`` replace whole.

    Of a table each entry is taken away.
    """
    found: Dict[str, Any] = {}
    for name in SHAPING:
        default = SETTINGS[name].default()
        if SETTINGS[name].kind.merges:
            found[name] = dict.fromkeys(settings[name], "")
        elif name not in values and settings[name] != default:
            found[name] = default
    return {name: value for name, value in found.items() if value != {}}
