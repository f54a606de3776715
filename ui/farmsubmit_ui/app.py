"""The application: ``farmsubmit-ui [SCENE|FACTS|JOB|REQUEST …]`` on its own, and ``show_submitter`` inside a DCC."""

from __future__ import annotations

import argparse
import logging
import sys
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, List, Mapping, Optional, Sequence, Type

from qtpy.QtCore import QCoreApplication, QPoint, Qt
from qtpy.QtWidgets import QApplication, QMessageBox, QWidget

from farmsubmit import __version__, files
from farmsubmit.collector import collector_paused
from farmsubmit.errors import FarmsubmitError
from farmsubmit_ui import worker
from farmsubmit_ui.caretaker import Caretaker

if TYPE_CHECKING:
    from farmsubmit.scenes.facts import SceneFacts
    from farmsubmit_ui.dialog import Submitter
    from farmsubmit_ui.session.core import Reader

_log = logging.getLogger("farmsubmit.ui")
# Qt deletes a window that nobody in Python holds.
_windows: List[Submitter] = []
# A window that comes where another one stands already is put so many pixels beside it.
_STEP = 28


def show_submitter(
    facts: Optional[SceneFacts] = None,
    parent: Optional[QWidget] = None,
    path: Any = None,
    reader: Optional[Reader] = None,
    options: Mapping[str, Any] = {},
    follower: Optional[Reader] = None,
) -> Submitter:
    """Open the submitter in a running DCC and return its window, which does not block the DCC.

    ``facts`` are those of the scene in memory; without them ``path`` names a scene, request or job to open. ``options``
    are those of the request that say how the scene's file stands, by name, as an OpenScene of
    farmsubmit.submission.openscene has them: ``{"scene_original": "/show/shot.ma"}`` where the facts are those of a
    copy of that scene, after which the window and the job are called then; ``{"unsaved": True}`` where the scene has
    changes that its file lacks. ``parent`` is the DCC's main window. The window keeps its style to itself, and is kept
    until it is closed.

    ``reader`` gives the scene anew when the person asks: as facts, as an OpenScene, or None to leave all as it is.
    After ``window.session.scene_changed()``, which the DCC's callbacks may call as often as they like and from any
    thread, ``follower`` is called in its place where there is one, for nobody wants questions then. Both are called in
    the GUI thread only, for no DCC lets other threads look at its scene; what they raise is told in the window, and
    what is shown stays. Raises FarmsubmitError where no Qt application runs.
    """
    if QApplication.instance() is None:
        raise FarmsubmitError("there is no Qt application here", "start farmsubmit-ui")
    window = _new_window(parent)
    # A DCC that quits closes its own window, and asks ours nothing.
    QCoreApplication.instance().aboutToQuit.connect(window.session.remember)
    window.session.reader, window.session.follower = reader, follower
    if facts is not None:
        from farmsubmit.submission.openscene import OpenScene

        window.session.show_scene(OpenScene(facts, dict(options)))
    elif path is not None:
        window.open(path)
    return _shown(window)


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Run the submitter on its own, a window for each path, and return the exit code."""
    args = _parser().parse_args(sys.argv[1:] if argv is None else argv)
    app = _application()
    keeper = Caretaker(lambda: not worker.active(), is_ours=True)
    keeper.begin()
    _log_to_file()
    sys.excepthook = partial(_tell_exception)
    if args.paths:
        open_windows(args.paths, args.style or "")
    else:
        _shown(_new_window(style=args.style or "", is_standalone=True))
    try:
        return int(app.exec_())
    finally:
        worker.shutdown()
        keeper.end()


def open_windows(paths: Sequence[Path], style: str = "") -> None:
    """Open a window of our own application for each path."""
    # Two windows on one file would each remember other changes of it.
    for path in dict.fromkeys(path.absolute() for path in paths):
        window = _new_window(style=style, is_standalone=True)
        _open(window, path)
        _shown(window)


def _new_window(parent: Optional[QWidget] = None, **how: Any) -> Submitter:
    """Make a window; the first time all that it needs is imported, of which nothing is garbage."""
    with collector_paused():
        from farmsubmit_ui.dialog import Submitter

        return Submitter(parent, **how)


def _open(window: Submitter, path: Path) -> None:
    """Open what a path names; facts of a scene that a DCC has open stay in step with it."""
    from farmsubmit_ui import handover

    if path.name.endswith(handover.ENDING):
        handover.Handover(window, path)
    else:
        window.open(path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="farmsubmit-ui", description="Look at a job and send it to a farm.")
    parser.add_argument("--version", action="version", version=f"farmsubmit {__version__}")
    parser.add_argument("--style", choices=("dark", "light", "system"), help="default: the one chosen last")
    parser.add_argument("paths", metavar="SCENE|FACTS|JOB|REQUEST", nargs="*", type=Path)
    return parser


def _application() -> Any:
    """Return the application, sharp on screens of any scale."""
    app = QApplication.instance()
    if app is not None:
        return app
    if hasattr(QApplication, "setHighDpiScaleFactorRoundingPolicy"):
        QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    for name in ("AA_EnableHighDpiScaling", "AA_UseHighDpiPixmaps"):
        # Qt 6 always does both, and warns where it is told to.
        if QCoreApplication.instance() is None and _is_qt5():
            QCoreApplication.setAttribute(getattr(Qt.ApplicationAttribute, name))
    app = QApplication(sys.argv[:1])
    app.setApplicationName("farmsubmit")
    app.setApplicationDisplayName("farmsubmit")
    app.setStyle("Fusion")
    return app


def _is_qt5() -> bool:
    from qtpy import QT5

    return bool(QT5)


def _shown(window: Submitter) -> Submitter:
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    while any((other.pos() - window.pos()).manhattanLength() < _STEP for other in _windows):
        window.move(window.pos() + QPoint(_STEP, _STEP))
    _windows.append(window)
    window.destroyed.connect(partial(_forget, window))
    window.show()
    window.raise_()
    return window


def _forget(window: Submitter, *_: Any) -> None:
    if window in _windows:
        _windows.remove(window)


def _log_to_file() -> None:
    """Write the log to a file that stays small; without a folder for it there is none."""
    from logging.handlers import RotatingFileHandler

    path = files.state_dir() / "ui.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True)
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _log.addHandler(handler)


def _tell_exception(kind: Type[BaseException], error: BaseException, trace: Optional[TracebackType]) -> None:
    """Write a mistake of ours into the log, and tell it calmly: the window goes on."""
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    _log.error("not handled", exc_info=(kind, error, trace))
    sys.__excepthook__(kind, error, trace)
    window = next(iter(_windows), None)
    if window is None or window.findChild(QMessageBox, "unhandled") is not None:
        return
    box = QMessageBox(window)
    box.setObjectName("unhandled")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("farmsubmit")
    is_ours = isinstance(error, FarmsubmitError)
    box.setText(str(error) if is_ours else QCoreApplication.translate("App", "Something went wrong here."))
    box.setInformativeText(
        QCoreApplication.translate("App", "Nothing was sent. The log says more: {0}").format(
            files.state_dir() / "ui.log"
        )
    )
    box.setDetailedText(f"{kind.__name__}: {error}")
    box.open()
