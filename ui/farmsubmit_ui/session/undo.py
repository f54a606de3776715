"""One step of undo: the session goes from one state to another and back."""

from __future__ import annotations

import time
from typing import Callable, Optional

try:
    from qtpy.QtGui import QUndoCommand, QUndoStack
except ImportError:  # Qt 5 keeps the stack among the widgets
    from qtpy.QtWidgets import QUndoCommand, QUndoStack

from qtpy.QtCore import QObject

from farmsubmit_ui.session.state import State

Apply = Callable[[State], None]

# What is typed into one field without a longer stop is one step.
_TOGETHER = 1.5


class _Change(QUndoCommand):
    def __init__(self, text: str, before: State, after: State, apply: Apply) -> None:
        super().__init__(text)
        self.before = before
        self.after = after
        self._apply = apply

    def redo(self) -> None:
        self._apply(self.after)

    def undo(self) -> None:
        self._apply(self.before)


class Steps:
    """The undo stack; changes of the same field in quick succession become one step."""

    def __init__(self, apply: Apply, parent: QObject) -> None:
        self.stack = QUndoStack(parent)
        self._apply = apply
        self._last: Optional[_Change] = None
        self._key = ""
        self._place = 0
        self._time = 0.0

    def push(self, text: str, before: State, after: State, key: str = "") -> None:
        """Go to another state; ``key`` names the field that is being typed into, empty for a step of its own."""
        now = time.monotonic()
        last = self._last if self._goes_on(key, now) else None
        self._key, self._time = key, now
        if last is not None:
            last.after = after
            self._apply(after)
            return
        self._last = _Change(text, before, after, self._apply)
        self.stack.push(self._last)
        self._place = self.stack.index()

    def clear(self) -> None:
        """Forget all steps."""
        self._last = None
        self.stack.clear()

    def _goes_on(self, key: str, now: float) -> bool:
        is_on_top = self.stack.index() == self._place == self.stack.count()
        return bool(key and key == self._key and now - self._time < _TOGETHER and is_on_top)
