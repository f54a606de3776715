"""What a callable becomes in a graph: the names by which a render node finds it again, and its arguments as JSON."""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any, Callable, Dict, Tuple

from farmsubmit.compat.puliclient._errors import GraphError

RUNNER = "puliclient.CallableRunner"


def parse_callable(call: Callable[..., Any], name: str, args: Any, kwargs: Any) -> Tuple[str, Dict[str, Any]]:
    """Return the name of the task for a callable, and the arguments of its command.

    Functions of a module and methods of a class of a module can travel. Raises GraphError for another callable, and
    for arguments that JSON cannot hold. Source: Puli's client 1.7; there ``Class.method`` is a method of Python 2.
    """
    if not (inspect.isfunction(call) or inspect.ismethod(call)):
        raise GraphError(f"{call!r} is neither a function nor a method", "give a function of a module")
    arguments: Dict[str, Any] = {
        "sysPath": [str(path) for path in sys.path],
        "moduleName": call.__module__,
        "user_args": _json("user_args", list(args)),
        "user_kwargs": _json("user_kwargs", dict(kwargs)),
    }
    owner = _owner(call)
    if owner:
        arguments.update(execType="method", className=owner, methodName=call.__name__)
        return name or f"{owner}.{call.__name__}", arguments
    arguments.update(execType="function", funcName=call.__name__)
    return name or call.__name__, arguments


def _owner(call: Callable[..., Any]) -> str:
    """Return the class of a method, or an empty text for a function of a module."""
    if inspect.ismethod(call):
        owner = call.__self__ if inspect.isclass(call.__self__) else type(call.__self__)
        path = f"{owner.__qualname__}.{call.__name__}"
    else:
        path = call.__qualname__
    parts = path.split(".")
    if "<locals>" in path or "<lambda>" in path or len(parts) > 2:
        hint = "put it at the top of a module"
        raise GraphError(f"{path} cannot be found by its name on a render node", hint)
    return parts[0] if len(parts) == 2 else ""


def _json(name: str, value: Any) -> str:
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise GraphError(f"{name} cannot travel as JSON: {error}", "give text, numbers, lists, dictionaries") from None
