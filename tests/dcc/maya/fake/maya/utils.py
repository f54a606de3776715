from __future__ import annotations

from functools import partial
from typing import Any, Callable

from mayafake import state, unknown


def executeDeferred(fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> None:
    state.deferred.append(partial(fn, *args, **kwargs))


def __getattr__(name: str) -> Any:
    unknown("maya.utils", name)
