"""How the last submission stands, in one sentence, for the panel."""

from __future__ import annotations

from typing import Any, NamedTuple

import bpy


class Status(NamedTuple):
    """A sentence, and whether it tells of something that went wrong."""

    text: str = ""
    is_problem: bool = False


_latest = [Status()]


def latest() -> Status:
    """Return what was told last."""
    return _latest[0]


def tell(text: str, is_problem: bool = False) -> None:
    """Put a sentence into the panel; a problem comes up in front of the person too."""
    if latest() == (text, is_problem):
        return
    _latest[0] = Status(text, is_problem)
    if bpy.app.background:
        return
    _redraw()
    if is_problem:
        _pop_up(text)


def _redraw() -> None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "PROPERTIES":
                area.tag_redraw()


def _pop_up(text: str) -> None:
    manager = bpy.context.window_manager

    def draw(menu: Any, context: Any) -> None:
        menu.layout.label(text=text)

    # A timer has no window of its own.
    with bpy.context.temp_override(window=manager.windows[0]):
        manager.popup_menu(draw, title="farmsubmit", icon="ERROR")
