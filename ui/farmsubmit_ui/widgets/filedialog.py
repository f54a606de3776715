"""A dialog for a file, with our own icons where it is Qt's; where the system has one, that is shown."""

from __future__ import annotations

from qtpy.QtWidgets import QFileDialog, QToolButton, QWidget

from farmsubmit_ui.style import set_icon

# Those of Qt are black, which is not seen on a dark ground.
_BUTTONS = {
    "backButton": "chevron-left",
    "forwardButton": "chevron-right",
    "toParentButton": "chevron-up",
    "newFolderButton": "plus",
    "listModeButton": "tree",
    "detailModeButton": "queue",
}


def file_dialog(parent: QWidget, name: str, title: str, start: str, patterns: str) -> QFileDialog:
    """Return a dialog that asks for a file: it is not open yet, and gone when it is closed."""
    made = QFileDialog(parent, title, start, patterns)
    made.setObjectName(name)
    # The endings of scenes are too many for the line.
    made.setOption(QFileDialog.Option.HideNameFilterDetails)
    for button, icon in _BUTTONS.items():
        found = made.findChild(QToolButton, button)
        if found is not None:
            set_icon(found, icon)
    made.finished.connect(made.deleteLater)
    return made
