"""Asking a plug-in what it says; its own mistakes become one sentence with file and line."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any, Callable, Type

from farmsubmit.errors import FarmsubmitError, PluginError
from farmsubmit.tasks.plugin import TaskPlugin


def has(plugin: type, method: str) -> bool:
    """Tell whether a plug-in has a method of its own."""
    return getattr(plugin, method) is not getattr(TaskPlugin, method)


def asked(task: TaskPlugin, method: str) -> Any:
    """Return what a plug-in's method says; raises PluginError where the method fails."""
    if not has(type(task), method):
        return getattr(TaskPlugin, method)(task)
    return _guarded(getattr(task, method), f"{type(task).__name__}.{method}()")


def asked_property(task: TaskPlugin, name: str) -> Any:
    """Return what a plug-in's property says; raises PluginError where it fails."""
    return _guarded(lambda: getattr(task, name), f"{type(task).__name__}.{name}")


def made(plugin: Type[TaskPlugin], *given: Any) -> TaskPlugin:
    """Return a task of a plug-in; raises PluginError where its own constructor fails."""
    if not has(plugin, "__init__"):
        return plugin(*given)
    task: TaskPlugin = _guarded(lambda: plugin(*given), f"{plugin.__name__}.__init__()")
    return task


def _guarded(call: Callable[[], Any], what: str) -> Any:
    try:
        return call()
    except FarmsubmitError:
        raise
    except (Exception, SystemExit) as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = "" if where.filename == __file__ else f" ({Path(where.filename).name}, line {where.lineno})"
        raise PluginError(f"{what} failed: {type(error).__name__}: {error}{place}") from error
