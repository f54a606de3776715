from __future__ import annotations

from typing import Any

from mayafake import state, unknown


class MQtUtil:
    @staticmethod
    def mainWindow() -> Any:
        if state.window is None:
            return None
        import shiboken6

        return shiboken6.getCppPointer(state.window)[0]


def __getattr__(name: str) -> Any:
    unknown("maya.OpenMayaUI", name)
