from __future__ import annotations

from typing import Any

from katanastate import state
from katanastrict import Strict, checked, unknown


class _MessageBox(Strict):
    def Warning(
        self,
        title: str,
        text: str,
        acceptText: Any = None,
        cancelText: Any = None,
        parent: Any = None,
        detailedText: Any = None,
    ) -> None:
        state.messages.append(checked("MessageBox.Warning", text, str))


class _Widgets(Strict):
    MessageBox = _MessageBox()


class _MainWindow(Strict):
    def GetMainWindow(self) -> Any:
        return state.main_window


class _App(Strict):
    MainWindow = _MainWindow()


Widgets, App = _Widgets(), _App()


def __getattr__(name: str) -> Any:
    return unknown(__name__, name)
