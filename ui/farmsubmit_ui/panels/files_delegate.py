"""Cells of the list of files, for each of which Python is asked once."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QModelIndex
from qtpy.QtGui import QPalette
from qtpy.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

_Feature = QStyleOptionViewItem.ViewItemFeature


class FilesDelegate(QStyledItemDelegate):
    """Takes all that a cell shows from a FilesModel in one go.

    Qt would ask for seven roles of each cell, one after another, and wait each time for a thread that looks up files.
    """

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Say what a cell shows."""
        model: Any = index.model()
        look = model.look(index)
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
