"""The attributes of a task plug-in: each of its kind, and none against another."""

from __future__ import annotations

from typing import Any, Callable, Dict, NamedTuple, Type

from farmsubmit.errors import PluginError
from farmsubmit.tasks.asking import has
from farmsubmit.tasks.overrides import TaskWithOverrides
from farmsubmit.tasks.plugin import Flags, TaskPlugin
from farmsubmit.tasks.values import shortened


class _Wanted(NamedTuple):
    """What fits an attribute, and the hint for what does not."""

    fits: Callable[[Any], bool]
    hint: str


def _is_one_of(*types: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, types)


def _are(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, (list, tuple)) and all(_is_a(kind, item) for item in value)


def _is_a(kind: type, value: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


_TEXT = _Wanted(_is_one_of(str), "write text")
_NAMES = _Wanted(_are(str), "write a list of names")
_DICT = _Wanted(_is_one_of(dict), "write a dict")

_WANTED: Dict[str, _Wanted] = {
    "title": _TEXT,
    "description": _TEXT,
    "required_tasks": _Wanted(_is_one_of(str, list, tuple, TaskWithOverrides, type), "write a list or a tuple"),
    "required_arguments": _NAMES,
    "argument_defaults": _DICT,
    "argument_processors": _Wanted(_is_one_of(list, tuple), "list Processor(...) items"),
    "argument_help": _DICT,
    "path_arguments": _NAMES,
    "elements_id": _Wanted(_is_one_of(str, type(None)), "write the name of an argument"),
    "flags": _Wanted(lambda value: _is_a(int, value), "combine Flags with |"),
    "services": _NAMES,
    "tags": _NAMES,
    "retryrc": _Wanted(_are(int), "write a list of exit codes"),
}


def check_attributes(plugin: Type[TaskPlugin]) -> None:
    """Raise PluginError for an attribute of the wrong kind; what a property gives is checked when it is asked."""
    for attribute in _WANTED:
        value = getattr(plugin, attribute)
        if not isinstance(value, property):
            check_value(plugin, attribute, value)


def check_value(plugin: Type[TaskPlugin], attribute: str, value: Any) -> None:
    """Raise PluginError where a value is of the wrong kind for an attribute."""
    wanted = _WANTED[attribute]
    if not wanted.fits(value):
        raise PluginError(f"{plugin.__name__}: {attribute} is {shortened(value)}", wanted.hint)


def check_plugin(plugin: Type[TaskPlugin]) -> None:
    """Raise PluginError where the attributes of a plug-in contradict each other or are of the wrong kind."""
    check_attributes(plugin)
    name = plugin.__name__
    if has(plugin, "cmd") and plugin.required_tasks and not plugin.flags & Flags.NOOP:
        raise PluginError(f"{name} has a command and required tasks", "put the required tasks into a task above it")
    if has(plugin, "script") and not has(plugin, "cmd"):
        raise PluginError(f"{name} has a script and no command", "let cmd() start the program that it runs in")
