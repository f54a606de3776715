"""The one table of settings: name, kind, default and one line of help."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

from farmsubmit import files
from farmsubmit.errors import SettingsError, did_you_mean
from farmsubmit.settings import functions, kinds
from farmsubmit.settings.kinds import (
    COUNT,
    FLAG,
    FUNCTION,
    NUMBER,
    ORDER,
    PATH,
    PATHS,
    PATTERNS,
    SIZE,
    TEXT,
    Kind,
    optional,
)
from farmsubmit.settings.listkinds import (
    DIRMAPS,
    ENVIRONMENT,
    EXECUTABLES,
    HOOK,
    KEYS,
    NAMES,
    NOTES,
    PREFIXES,
    SEVERITIES,
    WORDS,
)


class Setting(NamedTuple):
    """A setting. The value of a secret one is never shown, not even in the error about it.

    One that ``runs_here`` can start a program or import code on this machine before anybody has sent anything. Files
    that are merely found beside a scene may not set it.
    """

    name: str
    kind: Kind
    default: Callable[[], Any]
    help: str
    is_secret: bool = False
    runs_here: bool = False


def _all_cores() -> int:
    return os.cpu_count() or 1


def _conventional_zone() -> str:
    return "UNC" if sys.platform == "win32" else "NFS"


def _this_python() -> str:
    """Return the Python that runs this; inside a DCC that is the DCC itself, so there it is one by its usual name."""
    name = os.path.basename(sys.executable or "").lower()  # noqa: PTH119  # a name is all that is asked
    return sys.executable if name.startswith("python") else "python3"


def _any_python() -> str:
    """Return a name that blades know, the same in every DCC: a job of a scene must not tell where it was made."""
    return "python" if sys.platform == "win32" else "python3"


def _arguments_folder() -> str:
    return str(files.state_dir() / "arguments")


def _nothing() -> None:
    return None


def _no_text() -> str:
    return ""


def _own_command() -> List[str]:
    return ["@default"]


def _tractor_transports() -> List[str]:
    return ["package", "tractor-spool", "http"]


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
    Setting("engines", NAMES, list, "URLs of the other engines there are, for farmsubmit engines and the dialog"),
    Setting("outbox", FLAG, lambda: True, "keep what an engine that does not answer was sent, to send it later"),
    Setting("slots", COUNT, _all_cores, "how many commands the local engine runs at once"),
    Setting("zone", TEXT, _conventional_zone, "the directory-map zone of this machine"),
    Setting("chunk", COUNT, lambda: 5, "how many frames one task renders"),
    Setting("order", ORDER, lambda: "forward", "the order in which chunks are sent"),
    Setting("service", TEXT, lambda: "BlenderRender", "service expression of Blender's render commands"),
    Setting("service_maya", TEXT, lambda: "MayaRender", "service expression of Maya's render commands"),
    Setting("service_nuke", TEXT, lambda: "NukeRender", "service expression of Nuke's render commands"),
    Setting("service_katana", TEXT, lambda: "KatanaRender", "service expression of Katana's render commands"),
    Setting("movie", kinds.one_of("auto", "yes", "no"), lambda: "auto", "make a movie; auto: where ffmpeg is"),
    Setting("movie_service", TEXT, lambda: "ffmpeg", "service expression of the movie command"),
    Setting("dirmaps", DIRMAPS, list, "directory maps of every job, as SRC=DST@ZONE"),

    # What a job says of itself, where nobody says otherwise.
    Setting("priority", optional(NUMBER), _nothing, "priority of a job; higher goes first"),
    Setting("tier", TEXT, _no_text, "dispatching tier of a job"),
    Setting("projects", NAMES, list, "projects that a job belongs to"),
    Setting("tags", NAMES, list, "limit tags of a job"),
    Setting("crews", NAMES, list, "crews whose blades may take a job"),
    Setting("maxactive", optional(SIZE), _nothing, "most commands of a job at once; 0 is no limit"),
    Setting("envkey", KEYS, list, "environment keys of a job"),
    Setting("comment", TEXT, _no_text, "free text for people"),

    # What is rendered, and what it is called. Texts are templates.
    Setting("job_title", TEXT, _no_text, "template of a job's title; empty: the recipe's own"),
    Setting("task_title", TEXT, _no_text, "template of the titles of tasks; empty: the recipe's own"),
    Setting("movie_name", TEXT, _no_text, "template of a movie's path; empty: beside the frames"),
    Setting("output_name", TEXT, _no_text, "template of the file pattern of frames; empty: the scene's own"),
    Setting("maya_command", WORDS, _own_command, "words that render in Maya; @default stands for the recipe's own"),
    Setting("nuke_command", WORDS, _own_command, "words that render in Nuke; @default stands for the recipe's own"),
    Setting("katana_command", WORDS, _own_command, "words that render in Katana; @default stands for the recipe's own"),
    Setting("blender_command", WORDS, _own_command,
            "words that render in Blender; @default stands for the recipe's own"),
    Setting("scene_copy", kinds.one_of("no", "yes"), lambda: "no", "send a dated copy of the scene"),
    Setting("scene_copy_folder", PATH, _no_text, "folder for copies of scenes; empty: beside the scene"),
    Setting("missing_only", FLAG, lambda: False, "render only frames that are not on disk"),
    Setting("preview_first", kinds.PREVIEW, _no_text, "frames to render first; empty: none"),
    Setting("preview_rest", kinds.one_of("behind", "paused"), lambda: "behind", "what the others do meanwhile"),

    # Programs, here and on the farm.
    Setting("blender", TEXT, lambda: "blender", "the Blender program", runs_here=True),
    Setting("maya", TEXT, lambda: "maya", "the Maya program"),
    Setting("mayapy", TEXT, lambda: "mayapy", "Maya's Python"),
    Setting("maya_render", TEXT, lambda: "Render", "Maya's command-line renderer"),
    Setting("python", TEXT, _this_python, "the Python for scripts that need no DCC, 3.9 or newer"),
    Setting("blade_python", TEXT, _any_python, "any Python 3.7 or newer of the blades, which checks and makes files"),
    Setting("nuke", TEXT, lambda: "nuke", "the Nuke program"),
    Setting("katana", TEXT, lambda: "katana", "the Katana program"),
    Setting("ffmpeg", TEXT, lambda: "ffmpeg", "the ffmpeg program"),
    Setting("oiiotool", TEXT, lambda: "oiiotool", "OpenImageIO's oiiotool"),
    Setting("executables", EXECUTABLES, dict, "where programs are on the farm, by PROGRAM or PROGRAM@ZONE; templates"),
    Setting("package_prefix", PREFIXES, dict, "words before the programs of a DCC on the farm; templates"),

    # Wrappers: scripts through which a program runs the script of a task.
    Setting("blender_script_wrapper", PATH, _wrapper("blenderscript.py"), "the wrapper for Blender"),
    Setting("maya_script_wrapper", PATH, _wrapper("mayascript.mel"), "the wrapper for Maya"),
    Setting("nuke_script_wrapper", PATH, _wrapper("nukescript.py"), "the wrapper for Nuke"),
    Setting("katana_script_wrapper", PATH, _wrapper("katanascript.py"), "the wrapper for Katana"),
    Setting("clarisse_script_wrapper", PATH, _no_text, "the wrapper for Clarisse; none is shipped"),

    # Task plug-ins.
    Setting("plugin_path", PATHS, list, "folders with plug-ins, in the order in which they are searched",
            runs_here=True),
    Setting("enable_plugin_cache", FLAG, lambda: True, "load a plug-in file again only when it has changed"),
    Setting("executable_resolver", FUNCTION, lambda: functions.resolve_executable, "program of a command → its path",
            runs_here=True),
    Setting("commandflags_argument_name", TEXT, _flags_argument, "argument that adds flags to any command"),
    Setting("arguments_serialized_max_length", SIZE, lambda: 10000, "most characters of arguments in a command"),
    Setting("arguments_storage_path", PATH, _arguments_folder, "folder for longer arguments, seen by all blades"),
    Setting("logging_namespace", TEXT, lambda: "jobtronaut", "the logger that problems with plug-ins go to"),

    # The environment of a job.
    Setting("inherit_environment", FLAG, lambda: True, "send allowed variables of the environment with a job"),
    Setting("environment_resolver", FUNCTION, lambda: functions.resolve_environment, "the variables to choose from",
            runs_here=True),
    Setting("environment_allow", PATTERNS, lambda: [kinds.PIPELINE], "variables that may be sent"),
    Setting("environment_deny", PATTERNS, list, "variables that are not sent, whatever allows them"),
    Setting("environment_set", ENVIRONMENT, dict, "variables that every job sets, and their values"),

    # Checks.
    Setting("check_severity", SEVERITIES, dict, "rules of the checks that are an error, warning, note or off here"),
    Setting("check_suppress", NOTES, dict, "rules of the checks to leave out, each with a note that says why"),

    # Around a job: what is kept of it, and what the studio does then.
    Setting("history_days", SIZE, lambda: 180, "how many days a submission stays in the history; 0 is no limit"),
    Setting("history_megabytes", SIZE, lambda: 500, "how large the history may grow; 0 is no limit"),
    Setting("hook_before_build", HOOK, _no_text, "function or program that sees a request before the job is built",
            runs_here=True),
    Setting("hook_before_send", HOOK, _no_text, "function or program that sees a job before it is sent",
            runs_here=True),
    Setting("hook_seconds", kinds.SECONDS, lambda: 30.0, "how long a program that is a hook may take"),
    Setting("job_storage_path_template", kinds.TEMPLATE, _no_text, "where the job script of each sent job is kept"),

    # Tractor.
    Setting("tractor_engine", kinds.ADDRESS, _no_text, "the Tractor engine as HOST:PORT"),
    Setting("tractor_engine_credentials_resolver", kinds.CREDENTIALS, lambda: _CREDENTIALS,
            "gives the user and password for Tractor", is_secret=True, runs_here=True),
    Setting("tractor_transports", NAMES, _tractor_transports, "the ways to a Tractor engine, the first one first"),
    Setting("tractor_python", TEXT, _no_text, "a Python that has the package tractor; empty: this one", runs_here=True),
    Setting("tractor_http", NOTES._replace(expected="a table of requests, such as jobs = 'GET /path?filter={where}'"),
            dict, "requests to Tractor that no public document shows", runs_here=True),
    Setting("filter_selector", FUNCTION, lambda: functions.select_no_filter, "names the status filters of a command",
            runs_here=True),

    # Who uses this, and whom they trust.
    Setting("user_groups", NAMES, list, "groups of the user, where the system knows none"),
    Setting("trusted_folders", PATHS, list, "folders whose show and scene files may name code that runs here",
            runs_here=True),
)
# fmt: on

#: Gives the place of a value in words; asked only when something is wrong there.
Where = Callable[[], str]

SETTINGS: Dict[str, Setting] = {setting.name: setting for setting in _ROWS}


def setting_of(name: str, where: Optional[Where] = None, others: Sequence[str] = ()) -> Setting:
    """Return a setting by its name; ``where`` gives the place that names it, ``others`` are what may stand there too.

    Raises SettingsError with the nearest name.
    """
    setting = SETTINGS.get(name)
    if setting is None:
        place = f"{where()}: " if where else ""
        raise SettingsError(f"{place}there is no setting {name!r}", did_you_mean(name, [*SETTINGS, *others]))
    return setting


def read_value(setting: Setting, value: Any, where: Where) -> Any:
    """Return a value as its kind reads it; raises SettingsError that says where it stands and what is expected."""
    try:
        return setting.kind.read(value)
    except ValueError as error:
        # A table may hold passwords beside the entry that is wrong.
        is_hidden = setting.is_secret or setting.kind.merges
        shown = "" if is_hidden else f" = {_short(value)}"
        part = f"{error.part} is wrong" if isinstance(error, kinds.WrongPart) and not setting.is_secret else ""
        raise SettingsError(f"{where()}: {setting.name}{shown} is not {setting.kind.expected}", part) from None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
