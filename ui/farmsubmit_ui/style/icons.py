"""Our own icons: shipped SVGs of one line weight, tinted by the style.

The files say ``currentColor``; that is replaced by the colour that is asked for. An icon on a button or action is best
put there by ``set_icon``, for then it changes with the style.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, List, Optional, Tuple

from qtpy.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from qtpy.QtGui import QAction, QColor, QGuiApplication, QIcon, QPainter, QPixmap
from qtpy.QtSvg import QSvgRenderer
from qtpy.QtWidgets import QAbstractButton

from farmsubmit import files
from farmsubmit_ui.style.measure import scale
from farmsubmit_ui.style.tokens import current

#: The side of an icon in pixels of the design.
_LENGTH = 16
_NAME, _TINT = "farmsubmitIcon", "farmsubmitIconTint"


def icon_names() -> List[str]:
    """Return the names of the shipped icons."""
    return sorted(path.stem for path in files.shipped("resources", "icons").glob("*.svg"))


def icon(name: str, colour: Optional[str] = None) -> QIcon:
    """Return an icon by its name, tinted; ``colour`` is ``#rrggbb`` or a token's name, by default that of text.

    It is dimmed where it is disabled. Raises FarmsubmitError for a name that is not shipped.
    """
    return _icon(name, _hex(colour or "text"), current().disabled, _sizes())


def pixmap(name: str, size: int, colour: Optional[str] = None, ratio: float = 1.0) -> QPixmap:
    """Return an icon as an image of ``size`` logical pixels, for a screen of a device pixel ratio."""
    return _image(name, _hex(colour or "text"), round(size * ratio), ratio)


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
def _icon(name: str, colour: str, disabled: str, sizes: Tuple[int, ...]) -> QIcon:
    made = QIcon()
    svg = _renderer(name, colour)
    for size in sizes:
        image = _painted(svg, size)
        made.addPixmap(image)
        made.addPixmap(_tinted(image, disabled), QIcon.Mode.Disabled)
    return made


@lru_cache(maxsize=512)
def _image(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    image = _painted(_renderer(name, colour), size)
    image.setDevicePixelRatio(ratio)
    return image


def _sizes() -> Tuple[int, ...]:
    """Return the sizes in pixels in which an icon is drawn: for each screen, and one that others are made of."""
    length = round(_LENGTH * scale())
    ratios = {screen.devicePixelRatio() for screen in QGuiApplication.screens()}
    return tuple(sorted({length, 2 * length, *(math.ceil(length * ratio) for ratio in ratios)}))


def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))


def _painted(svg: QSvgRenderer, size: int) -> QPixmap:
    image = QPixmap(QSize(size, size))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    svg.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def _tinted(image: QPixmap, colour: str) -> QPixmap:
    made = QPixmap(image)
    painter = QPainter(made)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(made.rect(), QColor(colour))
    painter.end()
    return made


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    return files.shipped("resources", "icons", f"{name}.svg").read_text(encoding="utf-8")
