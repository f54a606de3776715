"""Writing what is shown into a file or folder: the job in one of its forms, and the request."""

from __future__ import annotations

from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Any, NamedTuple, Tuple

from qtpy.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject
from qtpy.QtWidgets import QFileDialog, QMenu, QWidget

from farmsubmit import files
from farmsubmit.errors import FarmsubmitError
from farmsubmit.formats.export import FOLDER_FORMAT, export
from farmsubmit.request import SubmitRequest
from farmsubmit_ui import worker
from farmsubmit_ui.session import Session
from farmsubmit_ui.widgets.filedialog import file_dialog


class Kind(NamedTuple):
    """A kind of file, or folder: the format of formats.preview or ``request``, the ending, and what people call it."""

    format: str
    suffix: str
    title: str


KINDS: Tuple[Kind, ...] = (
    Kind("tcl", ".alf", QT_TRANSLATE_NOOP("Exports", "Job script")),
    Kind("json", ".json", QT_TRANSLATE_NOOP("Exports", "Job as JSON")),
    Kind("html", ".html", QT_TRANSLATE_NOOP("Exports", "Page")),
    Kind("dot", ".dot", QT_TRANSLATE_NOOP("Exports", "Graph for Graphviz")),
    Kind("tree", ".txt", QT_TRANSLATE_NOOP("Exports", "Text tree")),
    Kind("shell", ".sh", QT_TRANSLATE_NOOP("Exports", "Shell script")),
    Kind("openjd", ".openjd", QT_TRANSLATE_NOOP("Exports", "Open Job Description bundle")),
    Kind("request", ".request.json", QT_TRANSLATE_NOOP("Exports", "Request")),
)


_MOST_NOTES = 3
_CAN_BE_OPENED = (".alf", ".json", ".request.json")


class Exports(QObject):
    """Asks for a file and writes it in a worker."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self.session = session
        self.window = window

    def fill(self, menu: QMenu) -> None:
        """Fill a menu with a line for each kind."""
        for kind in KINDS:
            title = QCoreApplication.translate("Exports", kind.title)
            action = menu.addAction(f"{title} ({kind.suffix})…")
            action.setObjectName(f"export_{kind.format}")
            action.triggered.connect(partial(self._ask, kind))
        menu.aboutToShow.connect(partial(self._enable, menu))

    def ask_request(self) -> None:
        """Ask where to save the request."""
        self._ask(KINDS[-1])

    def ask_changes(self) -> None:
        """Ask where to save what was changed: the request, or the job where it was changed in its tree."""
        has_edits = bool(self.session.state_now().edits) or self.session.request is None
        self._ask(KINDS[0] if has_edits else KINDS[-1])

    def write(self, kind: Kind, path: Path) -> None:
        """Write a file of a kind; the session tells how that went."""
        what = self.session.request if kind.format == "request" else self.session.job
        if what is None:
            self.session.failed.emit(self.tr("There is nothing to write yet."))
            return
        told = self.tr("Written: {0}").format(path)
        state = self.session.state_now()

        def done(notes: Tuple[str, ...]) -> None:
            if kind.suffix in _CAN_BE_OPENED:
                self.session.note_kept(state)
            self.session.message.emit(f"{told} {self._left_out(notes)}".rstrip())

        worker.run(
            write_file,
            *(what, kind.format, path),
            done=done,
            failed=self.session.failed.emit,
            owner=self,
        )

    def _left_out(self, notes: Tuple[str, ...]) -> str:
        """Return in one sentence what a file cannot say of the job; the first few things of it."""
        if not notes:
            return ""
        shown = "; ".join(notes[:_MOST_NOTES])
        if len(notes) > _MOST_NOTES:
            shown = self.tr("{0}; and {1} more").format(shown, len(notes) - _MOST_NOTES)
        return self.tr("It leaves out or changes: {0}").format(shown)

    def _enable(self, menu: QMenu) -> None:
        for action in menu.actions():
            has = self.session.request if action.objectName() == "export_request" else self.session.job
            action.setEnabled(has is not None)

    def _ask(self, kind: Kind, checked: bool = False) -> None:
        title = QCoreApplication.translate("Exports", kind.title)
        patterns = f"{title} (*{kind.suffix})"
        dialog = file_dialog(self.window, "export_dialog", title, str(self._proposal(kind)), patterns)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(self._proposal(kind).name)
        dialog.fileSelected.connect(lambda name: self.write(kind, with_suffix(Path(name), kind.suffix)))
        dialog.open()

    def _proposal(self, kind: Kind) -> Path:
        path = self.session.path or Path.cwd() / "job"
        proposal = path.with_name(path.stem + kind.suffix)
        # A dialog for files would go into a folder that is there instead of taking it.
        return free_name(proposal) if kind.format == FOLDER_FORMAT else proposal


def free_name(path: Path) -> Path:
    """Return a path that is not there yet: ``night.openjd`` becomes ``night-2.openjd``."""
    names = chain([path], (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2)))
    return next(each for each in names if not each.exists())


def with_suffix(path: Path, suffix: str) -> Path:
    """Return a path that ends as its kind does."""
    return path if path.name.lower().endswith(suffix) else path.with_name(path.name + suffix)


def write_file(what: Any, format: str, path: Path) -> Tuple[str, ...]:
    """Write a job or request, and return what its form cannot say; raises FarmsubmitError. Runs in a worker."""
    if not isinstance(what, SubmitRequest):
        return export(what, format, path)
    try:
        files.write_atomic(path, _request_text(what) + "\n")
    except OSError as error:
        raise FarmsubmitError(f"{path} cannot be written: {error.strerror or error}") from None
    return ()


def _request_text(request: SubmitRequest) -> str:
    import json

    return json.dumps(request.to_json(), indent=1, ensure_ascii=False)
