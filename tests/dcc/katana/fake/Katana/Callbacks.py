from __future__ import annotations

from typing import Any, Callable

from katanastate import state
from katanastrict import Strict, checked, unknown


class _Types(Strict):
    onStartup = "onStartup"
    onSceneLoad = "onSceneLoad"
    onSceneSave = "onSceneSave"


Type = _Types()


def addCallback(callbackType: str, callbackFcn: Callable[..., Any], callbackObjectHash: Any = None) -> None:
    state.callbacks.append((checked("addCallback", callbackType, str), callbackFcn))


def delCallback(callbackType: str, callbackFcn: Callable[..., Any], callbackObjectHash: Any = None) -> None:
    state.callbacks.remove((callbackType, callbackFcn))


def __getattr__(name: str) -> Any:
    return unknown(__name__, name)
