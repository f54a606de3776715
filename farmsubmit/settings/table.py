"""The one table of settings: name, kind, default and one line of help."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import Any, Callable, Dict, NamedTuple

from farmsubmit import files
from farmsubmit.settings import functions, kinds
from farmsubmit.settings.kinds import COUNT, FLAG, FUNCTION, PATH, PATHS, PATTERNS, SIZE, TEXT, Kind


class Setting(NamedTuple):
    """A setting. The value of a secret one is never shown, not even in the error about it."""

    name: str
    kind: Kind
    default: Callable[[], Any]
    help: str
    is_secret: bool = False


def _all_cores() -> int:
    return os.cpu_count() or 1


def _conventional_zone() -> str:
    return "UNC" if sys.platform == "win32" else "NFS"


def _this_python() -> str:
    """Return the Python that runs this; inside a DCC that is the DCC itself, so there it is one by its usual name."""
    name = os.path.basename(sys.executable or "").lower()  # noqa: PTH119  # a name is all that is asked
    return sys.executable if name.startswith("python") else "python3"


def _arguments_folder() -> str:
    return str(files.state_dir() / "arguments")


def _flags_argument() -> str:
    return "additional_command_flags"


def _wrapper(name: str) -> Callable[[], str]:
    return partial(_shipped, name)


def _shipped(name: str) -> str:
    return str(files.shipped("wrappers", name))


_CREDENTIALS = functions.CredentialsResolver(functions.resolve_credentials)

# fmt: off
_ROWS = (
    # Jobs and the farm.
    Setting("engine", TEXT, lambda: "local:", "the URL of the engine that jobs go to"),
    Setting("slots", COUNT, _all_cores, "how many commands the local engine runs at once"),
    Setting("zone", TEXT, _conventional_zone, "the directory-map zone of this machine"),
    Setting("chunk", COUNT, lambda: 5, "how many frames one task renders"),
    Setting("service", TEXT, lambda: "BlenderRender", "service expression of Blender's render commands"),
    Setting("service_maya", TEXT, lambda: "MayaRender", "service expression of Maya's render commands"),
    Setting("service_nuke", TEXT, lambda: "NukeRender", "service expression of Nuke's render commands"),
    Setting("service_katana", TEXT, lambda: "KatanaRender", "service expression of Katana's render commands"),
    Setting("movie", kinds.one_of("auto", "yes", "no"), lambda: "auto", "make a movie; auto: where ffmpeg is"),
    Setting("movie_service", TEXT, lambda: "ffmpeg", "service expression of the movie command"),

    # Programs, here and on the farm.
    Setting("blender", TEXT, lambda: "blender", "the Blender program"),
    Setting("maya", TEXT, lambda: "maya", "the Maya program"),
    Setting("mayapy", TEXT, lambda: "mayapy", "Maya's Python"),
    Setting("maya_render", TEXT, lambda: "Render", "Maya's command-line renderer"),
    Setting("python", TEXT, _this_python, "the Python for scripts that need no DCC, 3.9 or newer"),
    Setting("nuke", TEXT, lambda: "nuke", "the Nuke program"),
    Setting("katana", TEXT, lambda: "katana", "the Katana program"),
    Setting("ffmpeg", TEXT, lambda: "ffmpeg", "the ffmpeg program"),
    Setting("oiiotool", TEXT, lambda: "oiiotool", "OpenImageIO's oiiotool"),

    # Wrappers: scripts through which a program runs the script of a task.
    Setting("blender_script_wrapper", PATH, _wrapper("blenderscript.py"), "the wrapper for Blender"),
    Setting("maya_script_wrapper", PATH, _wrapper("mayascript.mel"), "the wrapper for Maya"),
    Setting("nuke_script_wrapper", PATH, _wrapper("nukescript.py"), "the wrapper for Nuke"),
    Setting("katana_script_wrapper", PATH, _wrapper("katanascript.py"), "the wrapper for Katana"),
    Setting("clarisse_script_wrapper", PATH, lambda: "", "the wrapper for Clarisse; none is shipped"),

    # Task plug-ins.
    Setting("plugin_path", PATHS, list, "folders with plug-ins, in the order in which they are searched"),
    Setting("enable_plugin_cache", FLAG, lambda: True, "load a plug-in file again only when it has changed"),
    Setting("executable_resolver", FUNCTION, lambda: functions.resolve_executable, "program of a command → its path"),
    Setting("commandflags_argument_name", TEXT, _flags_argument, "argument that adds flags to any command"),
    Setting("arguments_serialized_max_length", SIZE, lambda: 10000, "most characters of arguments in a command"),
    Setting("arguments_storage_path", PATH, _arguments_folder, "folder for longer arguments, seen by all blades"),
    Setting("logging_namespace", TEXT, lambda: "jobtronaut", "the logger that problems with plug-ins go to"),

    # The environment of a job.
    Setting("inherit_environment", FLAG, lambda: True, "send allowed variables of the environment with a job"),
    Setting("environment_resolver", FUNCTION, lambda: functions.resolve_environment, "the variables to choose from"),
    Setting("environment_allow", PATTERNS, lambda: [kinds.PIPELINE], "variables that may be sent"),
    Setting("environment_deny", PATTERNS, list, "variables that are not sent, whatever allows them"),

    # Tractor, and what happens around a job.
    Setting("tractor_engine", kinds.ADDRESS, lambda: "", "the Tractor engine as HOST:PORT"),
    Setting("tractor_engine_credentials_resolver", kinds.CREDENTIALS, lambda: _CREDENTIALS,
            "gives the user and password for Tractor", is_secret=True),
    Setting("filter_selector", FUNCTION, lambda: functions.select_no_filter, "names the status filters of a command"),
    Setting("job_storage_path_template", kinds.TEMPLATE, lambda: "", "where the job script of each sent job is kept"),
)
# fmt: on

SETTINGS: Dict[str, Setting] = {setting.name: setting for setting in _ROWS}
