"""What the menu entries do, each told in one sentence where it fails: an artist never sees a traceback."""

from __future__ import annotations

from typing import Callable

import nuke


def submit() -> None:
    """Open the dialog on the script."""
    _guarded(_show)


def submit_selected() -> None:
    """Open the dialog on the script, with only the selected Writes on, those in selected groups among them."""
    _guarded(_show_selected)


def tell(error: Exception) -> None:
    """Tell what went wrong in one sentence; what was not made on purpose is written into a log, too."""
    text = sentence(error)
    if nuke.GUI:
        nuke.message(text)
    else:
        nuke.tprint(text)


def sentence(error: Exception) -> str:
    """Return the sentence on what went wrong; what was not made on purpose is written into a log, too."""
    text = f"{type(error).__name__}: {error}"
    try:
        from farmsubmit.errors import FarmsubmitError

        return str(error) if isinstance(error, FarmsubmitError) else f"{text}{_logged(error)}"
    except Exception:
        # An installation that is so broken has no better sentence than the first mistake.
        return f"farmsubmit: {text}"


def _guarded(action: Callable[[], None]) -> None:
    try:
        action()
    except Exception as error:
        tell(error)


def _show() -> None:
    from farmsubmit_nuke import dialog

    dialog.show()


def _show_selected() -> None:
    from farmsubmit.errors import SceneError
    from farmsubmit_nuke import dialog, selection

    names = selection.selected_writes()
    if not names:
        raise SceneError("no node that writes is selected", "select Writes, or groups that hold some")
    dialog.show(rows=names)


def _logged(error: Exception) -> str:
    """Write the last mistake into a file of its own, and return how to say so."""
    import traceback

    from farmsubmit import files

    path = files.state_dir() / "nuke.log"
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), "utf-8", "surrogateescape")
    except OSError:
        return ""
    return f" (more is in {path})"
