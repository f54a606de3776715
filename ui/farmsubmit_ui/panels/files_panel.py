"""The tab of the files: what the scene needs, the missing ones first, and where each path goes in each zone."""

from __future__ import annotations

from typing import Any, List, Optional

from qtpy.QtCore import QModelIndex
from qtpy.QtWidgets import QApplication, QCheckBox, QProgressBar, QWidget

from farmsubmit_ui import worker
from farmsubmit_ui.models.files_model import ASKED, MISSING, STATE, UNKNOWN, FilesModel, look_for
from farmsubmit_ui.panels.tab_parts import Foot, TabTree, bar, column, pages
from farmsubmit_ui.style import px
from farmsubmit_ui.widgets import EmptyState, Omitted, SearchEdit, ShortText, ShrinkingLabel, label, text_button
from farmsubmit_ui.widgets.looks import LookDelegate
from farmsubmit_ui.widgets.tables import select_only

# Showing what was found takes longer than finding it.
_SHOW_MS, _ANEW_MS = 120, 15


class _FilesTree(TabTree):
    """A list of which all is there when somebody asks for all, or for its end."""

    def selectAll(self) -> None:
        """Select all files that are shown."""
        self._fetch_all()
        super().selectAll()

    def moveCursor(self, action: Any, modifiers: Any) -> QModelIndex:
        """Go to another row."""
        if action == TabTree.CursorAction.MoveEnd:
            self._fetch_all()
        return super().moveCursor(action, modifiers)

    def _fetch_all(self) -> None:
        model: Any = self.model()
        model.show_until(len(model.rows) - 1)


class FilesPanel(QWidget):
    """The needed files of the session's scene; whether they are there is looked up in the background."""

    def __init__(self, session: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("files_panel")
        self._session = session
        self._facts: Any = None
        self._handle: Optional[worker.Handle] = None
        self.model = FilesModel(self)
        self._soon = worker.once(self, _SHOW_MS, self._show_progress)
        # Thousands of files get a turn of the event loop of their own, when the other panels are painted.
        self._anew = worker.once(self, _ANEW_MS, self.refresh)
        self._make_parts()
        self._lay_out()
        session.facts_changed.connect(self._anew.start)
        session.request_changed.connect(self._show_maps)
        self.refresh()

    def refresh(self) -> None:
        """Show the files of the scene, and look anew which are there."""
        self._facts = self._session.facts
        paths = self.model.set_files(self._facts.files if self._facts is not None else ())
        self._show_maps()
        self.look(paths)

    def look(self, paths: Optional[List[str]] = None) -> None:
        """Look which files are there; all of them unless some are named."""
        if self._handle is not None:
            self._handle.cancel()
        paths = self.model.forget_states() if paths is None else paths
        self.progress.setRange(0, max(len(paths), 1))
        self.progress.setValue(0)
        self._handle = None
        if paths:
            self._handle = worker.run(
                look_for,
                paths,
                done=lambda _: self._end(),
                failed=self._fail,
                owner=self,
                progress=self._take,
                cancellable=True,
            )
        self._show_counts()

    def show_file(self, path: str) -> bool:
        """Select the row of a path, and tell whether there is one."""
        place = self.model.place_of(path)
        if place < 0:
            self.filter.clear()
            self.only_missing.setChecked(False)
            place = self.model.place_of(path)
        if place >= 0:
            self.model.show_until(place)
            select_only(self.view, self.model.index(place, STATE))
            self.view.scrollTo(self.model.index(place, STATE))
        return place >= 0

    def find(self) -> None:
        """Bring the keyboard to the filter."""
        self.filter.setFocus()
        self.filter.selectAll()

    # --- parts

    def _make_parts(self) -> None:
        self.filter = SearchEdit("files_filter", self.tr("Filter files…"))
        self.filter.textChanged.connect(lambda _: self._filter())
        self.only_missing = QCheckBox(self.tr("Missing on&ly"))
        self.only_missing.setObjectName("files_missing")
        self.only_missing.setAccessibleName(self.tr("Show missing files only"))
        self.only_missing.toggled.connect(lambda _: self._filter())
        self.summary = ShrinkingLabel("", "dim")
        self.summary.setObjectName("files_summary")
        self.missing = label("", "failed")
        self.missing.setObjectName("files_missing_count")
        self.copy_button = text_button(self.tr("&Copy paths"), "files_copy", "copy", "small")
        self.copy_button.setToolTip(self.tr("Copy the paths of the selected files, or of all that are shown"))
        self.copy_button.clicked.connect(self._copy)
        self.again_button = text_button(self.tr("Loo&k again"), "files_again", "retry", "small")
        self.again_button.clicked.connect(lambda checked=False: self.look())
        self.progress = QProgressBar()
        self.progress.setObjectName("files_progress")
        self.progress.setAccessibleName(self.tr("Files looked up"))
        self.progress.setTextVisible(False)
        self.view = _FilesTree("files", self.tr("Files"))
        self.view.setItemDelegate(LookDelegate(self.view))
        self.view.setRootIsDecorated(False)
        self.view.setSelectionMode(TabTree.SelectionMode.ExtendedSelection)
        self.view.setModel(self.model)
        self.model.modelReset.connect(self._fit)
        self.empty = EmptyState("file", "")

    def _lay_out(self) -> None:
        self.filter.setMaximumWidth(px(220))
        self.progress.setMaximumWidth(px(90))
        listed = QWidget()
        top = bar(self.filter, self.only_missing, 1, self.missing, self.summary, self.progress)
        # The title of the tab counts the files too.
        top.set_steps(ShortText(self.only_missing, self.tr("Missin&g")), Omitted(self.summary))
        column(listed, top, self.view, Foot(bar(1, self.copy_button, self.again_button)))
        self.pages = pages(self, listed, self.empty)

    def _fit(self) -> None:
        zones = len(self.model.zones)
        # With columns for zones a path would get too little of what is left.
        self.view.set_widths((40, 250 if zones > 1 else 0, 60, 110, *([220] * zones)))

    # --- what is shown

    def _show_maps(self) -> None:
        self.model.set_dirmaps(self._session.dirmaps)
        self._fit()

    def _take(self, found: Any) -> None:
        self.model.set_states(found)
        if not self._soon.isActive():
            self._soon.start()

    def _show_progress(self) -> None:
        self.model.show_states()
        self.progress.setValue(self.model.total() - self.model.counts()[ASKED])
        self._show_counts()

    def style_changed(self) -> None:
        """Take the font of the style that is on."""
        self.model.style_changed()

    def _end(self) -> None:
        self._soon.stop()
        self.model.sort_rows()
        self._show_counts()

    def _fail(self, sentence: str) -> None:
        self._session.failed.emit(sentence)
        self._show_counts()

    def _show_counts(self) -> None:
        total, counts = self.model.total(), self.model.counts()
        self.pages.setCurrentIndex(0 if total else 1)
        self.empty.set_sentence(self._why_empty())
        is_looking = self._handle is not None and self._handle.running
        self.progress.setVisible(is_looking)
        self.again_button.setEnabled(not is_looking)
        self.missing.setText(self.tr("{0} missing").format(f"{counts[MISSING]:,}") if counts[MISSING] else "")
        self.summary.setText("  ·  ".join(filter(None, self._parts(total, counts))))

    def _parts(self, total: int, counts: Any) -> List[str]:
        shown = len(self.model.rows)
        parts = [self.tr("{0} cannot be looked up here").format(f"{counts[UNKNOWN]:,}") if counts[UNKNOWN] else ""]
        if shown != total:
            return [*parts, self.tr("{0} of {1} files").format(f"{shown:,}", f"{total:,}")]
        return [*parts, self.tr("1 file") if total == 1 else self.tr("{0} files").format(f"{total:,}")]

    def _why_empty(self) -> str:
        if self._facts is None:
            return self.tr("Open a scene to see which files it needs.")
        return self.tr("The scene needs no other files.")

    def _filter(self) -> None:
        self.model.set_filter(self.filter.text(), self.only_missing.isChecked())
        self._show_counts()

    def _copy(self) -> None:
        rows = [index.row() for index in self.view.selected()] or range(len(self.model.rows))
        paths = [self.model.rows[row].path for row in rows]
        QApplication.clipboard().setText("\n".join(paths))
        self._session.message.emit(self.tr("{0} paths are on the clipboard.").format(f"{len(paths):,}"))
