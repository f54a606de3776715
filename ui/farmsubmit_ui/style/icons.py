"""Our own icons: shipped SVGs of one line weight, tinted by the style.

The files say ``currentColor``; that is replaced by the colour that is asked for. An icon on a button or action is best
put there by ``set_icon``, for then it changes with the style.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, List, Optional

from qtpy.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from qtpy.QtGui import QAction, QIcon, QPainter, QPixmap
from qtpy.QtSvg import QSvgRenderer
from qtpy.QtWidgets import QAbstractButton

from farmsubmit import files
from farmsubmit_ui.style.tokens import current

_SIZES = (16, 24, 32, 64)
_NAME, _TINT = "farmsubmitIcon", "farmsubmitIconTint"


def icon_names() -> List[str]:
    """Return the names of the shipped icons."""
    return sorted(path.stem for path in files.shipped("resources", "icons").glob("*.svg"))


def icon(name: str, colour: Optional[str] = None) -> QIcon:
    """Return an icon by its name, tinted; ``colour`` is ``#rrggbb`` or a token's name, by default that of text.

    It is dimmed where it is disabled. Raises FarmsubmitError for a name that is not shipped.
    """
    return _icon(name, _hex(colour or "text"), current().disabled)


def pixmap(name: str, size: int, colour: Optional[str] = None, ratio: float = 1.0) -> QPixmap:
    """Return an icon as an image of ``size`` logical pixels, for a screen of a device pixel ratio."""
    image = _drawn(name, _hex(colour or "text"), round(size * ratio))
    image.setDevicePixelRatio(ratio)
    return image


def set_icon(target: QObject, name: str, tint: str = "text") -> None:
    """Put an icon on a button or action, tinted by a token; ``refresh_icons`` keeps it in the style that is on."""
    target.setProperty(_NAME, name)
    target.setProperty(_TINT, tint)
    _put(target)


def refresh_icons(root: QObject) -> None:
    """Tint again all icons that ``set_icon`` put on a widget and what is inside it."""
    for kind in (QAbstractButton, QAction):
        for child in root.findChildren(kind):
            _put(child)


def _put(target: Any) -> None:
    name = target.property(_NAME)
    if name:
        target.setIcon(icon(str(name), str(target.property(_TINT))))


def _hex(colour: str) -> str:
    return colour if colour.startswith("#") else str(getattr(current(), colour))


@lru_cache(maxsize=512)
def _icon(name: str, colour: str, disabled: str) -> QIcon:
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(_drawn(name, colour, size))
        made.addPixmap(_drawn(name, disabled, size), QIcon.Mode.Disabled)
    return made


def _drawn(name: str, colour: str, size: int) -> QPixmap:
    image = QPixmap(QSize(size, size))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode())).render(
        painter, QRectF(0, 0, size, size)
    )
    painter.end()
    return image


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    return files.shipped("resources", "icons", f"{name}.svg").read_text(encoding="utf-8")
