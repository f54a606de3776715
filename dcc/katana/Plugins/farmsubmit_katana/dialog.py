"""The dialog in Katana: one window at a time, in step with the open scene.

Written after Foundry's developer guide; not run in a Katana. Qt and the core are loaded by ``show``.
"""

from __future__ import annotations

from typing import Any, List, Optional, Sequence

from farmsubmit_katana.host import choose_binding

#: What a person may choose about unsaved changes, by the words on the buttons; see unsaved.CHOICES.
ANSWERS = {"Save": "save", "Submit a copy": "copy", "Submit as saved": "as saved"}
_followers: List[Any] = []


def show(nodes: Sequence[str] = ()) -> Optional[Any]:
    """Open the submitter on the open scene, or raise the one that is there, and return its window.

    ``nodes`` are the render nodes to switch on (default: those that the scene renders). Unsaved changes are asked
    about; None where that was cancelled. Raises FarmsubmitError for a scene that was never saved, and others.
    """
    choose_binding()
    if _followers:
        return _raised(_followers[0], nodes)
    from farmsubmit_katana.unsaved import scene_with

    choice = choice_about_changes()
    if choice is None:
        return None
    scene = scene_with(choice)
    from farmsubmit_katana.follow import Follower
    from farmsubmit_ui import show_submitter

    window = show_submitter(scene.facts, parent=main_window(), options=scene.options)
    _followers.append(Follower(window, nodes, choice_about_changes))
    window.destroyed.connect(_forget)
    return window


def main_window() -> Any:
    """Return Katana's main window. Source: the published stubs, UI4.App.MainWindow."""
    from Katana import UI4  # type: ignore[attr-defined]  # the published stubs leave it out

    return UI4.App.MainWindow.GetMainWindow()


def choice_about_changes() -> Optional[str]:
    """Return what to do about unsaved changes, None for nothing at all; asks only where there are some."""
    from farmsubmit_katana.scene import is_dirty, scene_path

    path = scene_path()
    if not is_dirty():
        return "refuse"
    answer = ask(f"{path} has changes that are not saved.", list(ANSWERS))
    return ANSWERS.get(answer)


def ask(text: str, answers: Sequence[str]) -> str:
    """Return the answer that a person chooses, empty for Cancel."""
    from qtpy.QtWidgets import QMessageBox

    box = QMessageBox(main_window())
    box.setObjectName("unsaved")
    box.setWindowTitle("farmsubmit")
    box.setText(text)
    buttons = {answer: box.addButton(answer, QMessageBox.ButtonRole.AcceptRole) for answer in answers}
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(buttons[answers[0]])
    box.exec_()
    clicked = box.clickedButton()
    return next((answer for answer, button in buttons.items() if button is clicked), "")


def _raised(follower: Any, nodes: Sequence[str]) -> Any:
    follower.window.come_to_front()
    follower.choose(nodes)
    return follower.window


def _forget(*_: Any) -> None:
    while _followers:
        _followers.pop().stop()
