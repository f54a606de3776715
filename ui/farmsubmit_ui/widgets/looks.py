"""Cells for each of which a model written in Python is asked once."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from qtpy.QtCore import QModelIndex, Qt
from qtpy.QtGui import QBrush, QFont, QIcon, QPalette
from qtpy.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

_Feature = QStyleOptionViewItem.ViewItemFeature


class Look(NamedTuple):
    """All that a cell shows; None is what the view has by itself."""

    text: str
    icon: Optional[QIcon] = None
    font: Optional[QFont] = None
    brush: Optional[QBrush] = None


#: Where in a Look stands what a role is for.
SHOWN = {
    Qt.ItemDataRole.DisplayRole: 0,
    Qt.ItemDataRole.DecorationRole: 1,
    Qt.ItemDataRole.FontRole: 2,
    Qt.ItemDataRole.ForegroundRole: 3,
}


class LookDelegate(QStyledItemDelegate):
    """Takes all that a cell shows from ``model.look(index)`` in one go; where that is None, Qt asks as ever.

    Qt asks for seven roles of each cell, one after another, and waits each time for a thread that is at work.
    """

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Say what a cell shows."""
        model: Any = index.model()
        look: Optional[Look] = model.look(index)
        if look is None:
            super().initStyleOption(option, index)
            return
        option.index = index
        option.text = look.text
        option.features |= _Feature.HasDisplay
        if look.icon is not None:
            option.icon = look.icon
            option.features |= _Feature.HasDecoration
        if look.font is not None:
            option.font = look.font
        if look.brush is not None:
            palette = option.palette
            palette.setBrush(QPalette.ColorRole.Text, look.brush)
            option.palette = palette
