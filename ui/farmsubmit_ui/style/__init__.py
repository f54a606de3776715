"""The look: tokens, style sheet, fonts and icons of a dark and a light style.

``apply_style(window, "dark")`` puts it on. A widget with a method ``style_changed()`` is told when that happens, and
icons set with ``set_icon`` change by themselves. What paints itself asks ``current()`` for colours and ``px()`` for
measures. Roles of the style sheet (``set_role``): for labels ``dim``, ``strong``, ``title``, ``section``, ``field``,
``mono``, ``chip``, ``done``, ``active``, ``warning``, ``failed``; for buttons ``primary``, ``flat``, ``link``; for
frames ``window``, ``bar``, ``card``, ``detail``; for item views and text ``mono``.
"""

from __future__ import annotations

from farmsubmit_ui.style.apply import (
    apply_style,
    begin_style,
    brush,
    icon_size,
    mono,
    palette,
    set_flag,
    set_role,
    system_style,
)
from farmsubmit_ui.style.icons import icon, icon_names, pixmap, refresh_icons, set_icon
from farmsubmit_ui.style.measure import px, scale
from farmsubmit_ui.style.qss import style_sheet
from farmsubmit_ui.style.tokens import STYLES, Tokens, current, tokens

__all__ = [
    "STYLES",
    "Tokens",
    "apply_style",
    "begin_style",
    "brush",
    "current",
    "icon",
    "icon_names",
    "icon_size",
    "mono",
    "palette",
    "pixmap",
    "px",
    "refresh_icons",
    "scale",
    "set_flag",
    "set_icon",
    "set_role",
    "style_sheet",
    "system_style",
    "tokens",
]
