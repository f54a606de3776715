"""Starts as Nuke does, chooses the entry in the Render menu, changes a field, and submits twice; test_start.py runs it.

    python -I -S as_nuke.py CORE FAKE QT SCENE FOLDER

NUKE_PATH is all that says where farmsubmit is. CORE is only for the fake, and forgotten when that is loaded.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any, Callable, List


def wait(until: Callable[[], Any], seconds: float = 30.0) -> None:
    from qtpy.QtCore import QEvent
    from qtpy.QtWidgets import QApplication

    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "waited in vain"
        QApplication.processEvents()
        # Only the loop of a Nuke takes away what was closed; there is none here.
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        time.sleep(0.005)


def load_fake(core: str, fake: str) -> Any:
    sys.path[:0] = [core, fake]
    import nuke
    import nukefile  # noqa: F401  # loads the readers that the fake stands on

    sys.path.remove(core)
    for name in [name for name in sys.modules if name.partition(".")[0] == "farmsubmit"]:
        del sys.modules[name]
    return nuke


def start(nuke: Any) -> None:
    """Run the start-up scripts of NUKE_PATH: init.py of each folder, then menu.py."""
    folders = os.environ["NUKE_PATH"].split(os.pathsep)
    nuke._state.plugin_path = folders
    for name in ("init.py", "menu.py"):
        for folder in reversed(folders):
            path = Path(folder) / name
            exec(compile(path.read_text("utf-8"), path, "exec"), {"__name__": "__main__", "__file__": str(path)})


def submitted(session: Any, engine: str) -> Any:
    tickets: List[Any] = []
    failures: List[str] = []
    session.submitted.connect(tickets.append)
    session.submit_failed.connect(failures.append)
    session.set_engine(engine)
    wait(lambda: not session.busy and not session.checking)
    session.submit()
    wait(lambda: tickets or failures)
    assert not failures, failures
    return tickets[0]


def main(core: str, fake: str, qt: str, scene: str, folder: str) -> None:
    nuke = load_fake(core, fake)
    sys.path.append(qt)
    start(nuke)
    assert "farmsubmit" not in sys.modules
    nuke.scriptOpen(scene)
    nuke.menu("Nuke").findItem("Render").findItem("Submit to Farm...").invoke()
    assert nuke._state.messages == ["there is no Qt application here; start farmsubmit-ui"], nuke._state.messages
    from qtpy.QtWidgets import QApplication

    _application = QApplication(["Nuke"])  # it lives as long as this name
    nuke.menu("Nuke").findItem("Render").findItem("Submit to Farm...").invoke()
    from farmsubmit_nuke import dialog

    (opened,) = dialog._opened
    session = opened.window.session
    wait(lambda: session.request is not None and not session.busy and not session.checking)
    session.set_job_value("priority", 42)
    session.set_row_values(["Write1"], "frames", "1001-1002")
    session.set_row_values(["Write1"], "movie", False)
    first = submitted(session, f"folder:{folder}")
    second = submitted(session, "local:")
    print(first.engine, second.engine, Path(sys.modules["farmsubmit"].__file__ or "").parent)
    opened.window.close()
    wait(lambda: not dialog._opened)
    from farmsubmit_ui import worker

    worker.shutdown()


main(*sys.argv[1:])
