"""What a wrapper calls on a blade: finds the plug-in again, gives it its arguments, and runs its script()."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Mapping, Type

from farmsubmit.errors import ArgumentError, PluginError
from farmsubmit.tasks.arguments import Arguments, ArgumentValue, from_data, from_json, named
from farmsubmit.tasks.overrides import overridden
from farmsubmit.tasks.plugin import TaskPlugin


def run_script(what: Mapping[str, Any], paths: Mapping[str, List[str]]) -> Any:
    """Run the script() of the task that a wrapper was told of, and return what it returns.

    ``what`` is the object under ``with`` in the contract, ``paths`` are the paths behind it, as they are on this
    blade. Raises PluginError and ArgumentError for what is not there or not readable any more.
    """
    plugin = _plugin(what, paths)
    arguments = _with_paths(arguments_of(what, paths), paths)
    return plugin(arguments, what.get("elements_id")).script()


def arguments_of(what: Mapping[str, Any], paths: Mapping[str, List[str]]) -> Arguments:
    """Return the arguments of a task, with its own element; raises ArgumentError."""
    arguments = from_data(what["arguments"], "the command") if "arguments" in what else _from_file(paths)
    if "element" not in what:
        return arguments
    name = what["elements_id"]
    return arguments.replaced({name: ArgumentValue(named(arguments, name).initial, what["element"])})


def _from_file(paths: Mapping[str, List[str]]) -> Arguments:
    if not paths.get("arguments"):
        raise ArgumentError("the command holds no arguments")
    path = Path(paths["arguments"][0])
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        hint = "it was written when the job was sent; see the setting arguments_storage_path"
        raise ArgumentError(f"the arguments file {path} is gone", hint) from None
    except (OSError, ValueError) as error:
        raise ArgumentError(f"the arguments file {path} cannot be read: {error}") from None
    return from_json(text, str(path))


def _with_paths(arguments: Arguments, paths: Mapping[str, List[str]]) -> Arguments:
    """Return the arguments with their paths as this blade has them."""
    own: Dict[str, ArgumentValue] = {}
    for key, found in paths.items():
        kind, _, name = key.partition("-")
        if kind == "path":
            before = named(arguments, name)
            own[name] = ArgumentValue(before.initial, found if isinstance(before.processed, list) else found[0])
    return arguments.replaced(own)


def _plugin(what: Mapping[str, Any], paths: Mapping[str, List[str]]) -> Type[TaskPlugin]:
    name = what["task"]
    if "module" in what:
        from importlib import import_module

        plugin = getattr(import_module(what["module"]), name, None)
    else:
        plugin = _from_plugin_file(name, paths["plugin"][0])
    if not (isinstance(plugin, type) and issubclass(plugin, TaskPlugin)):
        raise PluginError(f"there is no task {name!r} in {what.get('module') or paths['plugin'][0]} any more")
    return overridden(plugin, what["overrides"]) if what.get("overrides") else plugin


def _from_plugin_file(name: str, path: str) -> Any:
    from farmsubmit.plugins import load_catalogue

    if not Path(path).is_file():
        hint = "this machine must see it too; see the directory maps of the job"
        raise PluginError(f"the file of the task {name!r}, {path}, is not there", hint)
    return load_catalogue([Path(path)]).get("task", name)
