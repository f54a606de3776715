"""The two small dialogs of the help menu."""

from __future__ import annotations

from typing import Sequence, Tuple

from qtpy import API_NAME, QT_VERSION
from qtpy.QtCore import QCoreApplication, Qt
from qtpy.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QMessageBox, QVBoxLayout, QWidget

from farmsubmit import __version__, files
from farmsubmit_ui.style import px
from farmsubmit_ui.widgets import label


def show_shortcuts(parent: QWidget, shortcuts: Sequence[Tuple[str, str]]) -> QDialog:
    """Show what each shortcut does, in two columns, and return the dialog."""
    dialog = QDialog(parent)
    dialog.setObjectName("shortcuts_dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(QCoreApplication.translate("Help", "Shortcuts"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(px(24))
    grid.setVerticalSpacing(px(5))
    half = (len(shortcuts) + 1) // 2
    for place, (text, keys) in enumerate(shortcuts):
        row, column = place % half, 2 * (place // half)
        grid.addWidget(label(text), row, column)
        grid.addWidget(label(keys, "mono"), row, column + 1)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.close)
    whole = QVBoxLayout(dialog)
    whole.setContentsMargins(px(18), px(16), px(18), px(14))
    whole.setSpacing(px(14))
    whole.addLayout(grid)
    whole.addWidget(buttons)
    dialog.open()
    return dialog


def show_about(parent: QWidget) -> QMessageBox:
    """Show the version, what it runs on, and where the log is; return the dialog."""
    box = QMessageBox(parent)
    box.setObjectName("about_dialog")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(QCoreApplication.translate("Help", "About"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setText(f"farmsubmit {__version__}")
    what = QCoreApplication.translate("Help", "Scenes into render-farm jobs.")
    log = QCoreApplication.translate("Help", "Log: {0}").format(files.state_dir() / "ui.log")
    box.setInformativeText(f"{what}\n\nQt {QT_VERSION}, {API_NAME}\n{log}")
    box.open()
    return box
