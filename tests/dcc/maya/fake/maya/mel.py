from __future__ import annotations

from typing import Any

from mayafake import refuse, state, unknown


def eval(string: str, /) -> Any:
    if string == "exists RenRenderMenu":
        return 1
    if string == "RenRenderMenu MayaWindow|mainRenderMenu":
        # Maya fills only an empty menu.
        state.render_menu_filled = not any(one.get("parent") == "mainRenderMenu" for one in state.ui.values())
        return None
    if string == "$farmsubmitTabs = $gShelfTopLevel":
        return "ShelfLayout"
    return refuse(f"MEL {string}")


def __getattr__(name: str) -> Any:
    unknown("maya.mel", name)
