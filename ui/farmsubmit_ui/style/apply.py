"""Putting a style on an application, or on one window inside a DCC, which keeps its own look."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, Union

from qtpy.QtCore import QSize
from qtpy.QtGui import QBrush, QColor, QFont, QPalette
from qtpy.QtWidgets import QApplication, QWidget

from farmsubmit_ui.style.fonts import interface_font, mono_font
from farmsubmit_ui.style.icons import refresh_icons
from farmsubmit_ui.style.measure import px, scale, set_scale
from farmsubmit_ui.style.qss import style_sheet
from farmsubmit_ui.style.tokens import Tokens, current, make_current

_ROLES: Dict[QPalette.ColorRole, str] = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "field",
    QPalette.ColorRole.AlternateBase: "panel",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "button",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "strong",
    QPalette.ColorRole.ToolTipBase: "tooltip",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.PlaceholderText: "dim",
    QPalette.ColorRole.Highlight: "selected",
    QPalette.ColorRole.HighlightedText: "strong",
    QPalette.ColorRole.Link: "link",
    QPalette.ColorRole.LinkVisited: "link",
    QPalette.ColorRole.Light: "button_over",
    QPalette.ColorRole.Midlight: "button",
    QPalette.ColorRole.Mid: "field_border",
    QPalette.ColorRole.Dark: "line",
    QPalette.ColorRole.Shadow: "line",
}
_DISABLED = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText)


def apply_style(target: Union[QApplication, QWidget], style: str = "dark", zoom: float = 1.0) -> Tokens:
    """Put a style on an application or on one window and what is inside it, and return its colours.

    ``style`` is ``dark``, ``light`` or ``system`` (whichever the host's own palette is nearer to); ``zoom`` makes text
    and measures larger. Call it again to change the style while the window is open.
    """
    chosen = begin_style(style, zoom)
    target.setPalette(palette(chosen))
    target.setFont(interface_font(zoom))
    target.setStyleSheet(style_sheet(chosen.style, zoom))
    if isinstance(target, QWidget):
        # Qt forgets the sheet of a window that is destroyed only if it was polished; the next one may get its address.
        target.ensurePolished()
    for root in [target] if isinstance(target, QWidget) else QApplication.topLevelWidgets():
        refresh_icons(root)
        _tell(root)
    return chosen


def begin_style(style: str, zoom: float = 1.0) -> Tokens:
    """Let ``current()`` and ``px()`` answer for a style that is put on later, and return its colours.

    A window that is built before its style sheet is put on opens several times as fast.
    """
    set_scale(zoom)
    return make_current(system_style() if style == "system" else style)


def system_style() -> str:
    """Return ``dark`` or ``light``, whichever the palette of the host's application is."""
    ground = QApplication.palette().color(QPalette.ColorRole.Window)
    return "dark" if ground.lightnessF() < 0.5 else "light"


def icon_size(length: int = 16) -> QSize:
    """Return the square of an icon at the present zoom."""
    return QSize(px(length), px(length))


def mono() -> QFont:
    """Return the monospaced font at the present zoom."""
    return mono_font(scale())


def brush(token: str) -> QBrush:
    """Return the brush of a token's colour, such as a model gives for each cell."""
    return _brush(str(getattr(current(), token)))


@lru_cache(maxsize=256)
def _brush(colour: str) -> QBrush:
    return QBrush(QColor(colour))


def palette(chosen: Tokens) -> QPalette:
    """Return the palette of a style: what Qt paints where no style sheet reaches."""
    made = QPalette()
    for role, token in _ROLES.items():
        made.setColor(role, QColor(getattr(chosen, token)))
    for role in _DISABLED:
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(chosen.disabled))
    return made


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget a role of the style sheet (``dim``, ``primary``, ``card``…; see resources/styles) while it runs."""
    set_flag(widget, "role", role)


def set_flag(widget: QWidget, name: str, value: Any) -> None:
    """Set a property that the style sheet asks for, such as ``invalid``, and paint the widget by it."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _tell(root: QWidget) -> None:
    """Let widgets that keep colours or measures of their own take them anew: those with a method style_changed."""
    for child in [root, *root.findChildren(QWidget)]:
        changed = getattr(child, "style_changed", None)
        if callable(changed):
            changed()
