"""The session's way from a file to problems: reading, building and checking in the background, the newest wins."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, List, Optional, Tuple, Union

from qtpy.QtCore import QObject, Qt, Signal

from farmsubmit.author.elements import Job
from farmsubmit.checks import Knowledge, Problem
from farmsubmit.errors import FarmsubmitError
from farmsubmit.request import SubmitRequest, job_title
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.settings import load_settings
from farmsubmit.submission.openscene import OpenScene, scene_in
from farmsubmit_ui import worker
from farmsubmit_ui.session.edits import Edit, EditBook
from farmsubmit_ui.session.making import Made, let_go, make
from farmsubmit_ui.session.memory import remember
from farmsubmit_ui.session.source import Source, read_source, source_of_job, source_of_request, source_of_scene
from farmsubmit_ui.session.state import State, job_changes, same
from farmsubmit_ui.session.undo import Steps
from farmsubmit_ui.slices import Slices

#: The scene as a DCC has it open now, as facts or with options; None to leave what is shown as it is.
Reader = Callable[[], Union[SceneFacts, OpenScene, None]]

_log = logging.getLogger("farmsubmit.ui")
if TYPE_CHECKING:
    from farmsubmit.tasks.build import Built

# A key pressed in a row's field is soon followed by the next one.
_BUILD_MS, _CHECK_MS = 30, 120
# A DCC tells of many changes at once, and reading its scene stops it.
_SCENE_MS = 150


class SessionCore(QObject):
    """Reads, builds and checks; what it shows of that is plain attributes, each with a signal that it changed."""

    facts_changed = Signal()
    request_changed = Signal()
    job_changed = Signal()
    problems_changed = Signal()
    busy_changed = Signal(bool)
    failed = Signal(str)
    message = Signal(str)
    _scene_moved = Signal()

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.source: Optional[Source] = None
        self.reader: Optional[Reader] = None
        self.follower: Optional[Reader] = None
        # Opens something by a function, once a person agrees that changes which nothing keeps may go; a window asks.
        self.leave: Callable[[Callable[[], None]], None] = lambda go: go()
        self.job: Optional[Job] = None
        self.built: Optional[Built] = None
        self.made: Made = ()
        # Jobs that were built here, so that nobody else has them: the present ones, and those that they replaced.
        self._own: Made = ()
        self._old: List[Built] = []
        self._old_work = Slices(self)
        self.problems: List[Problem] = []
        # Whether the last job_changed was about attributes of the job itself, and its tasks are as they were.
        self.is_same_tree = False
        self.error = ""
        self.busy = False
        self._settings: Any = None
        # What the engine has told of its farm, as far as the checks have seen it.
        self._farm = Knowledge()
        self._state = State()
        self._remembered: Optional[State] = None
        self._steps = Steps(self._apply, self)
        self.undo_stack = self._steps.stack
        self._book = EditBook()
        self._reading: Optional[worker.Handle] = None
        self._checking: Optional[worker.Handle] = None
        self._builds = worker.Latest(self)
        self._build_timer = worker.once(self, _BUILD_MS, self._build)
        self._check_timer = worker.once(self, _CHECK_MS, self._check)
        self._scene_timer = worker.once(self, _SCENE_MS, self._follow)
        self._scene_moved.connect(self._scene_timer.start, Qt.ConnectionType.QueuedConnection)

    # --- what there is

    @property
    def request(self) -> Optional[SubmitRequest]:
        """The request as it stands, None for a finished job or where nothing is open."""
        return self._state.request

    @property
    def facts(self) -> Optional[SceneFacts]:
        """The facts of the scene, None for a finished job or where nothing is open."""
        return self.request.facts if self.request is not None else None

    @property
    def path(self) -> Optional[Path]:
        """The file that was opened, None where there is none."""
        return self.source.path if self.source is not None else None

    @property
    def scene(self) -> str:
        """The path of the scene that a person works on, also where a copy of it is sent; empty where there is none."""
        return scene_in(self.request).path if self.request is not None else ""

    @property
    def settings(self) -> Any:
        """The settings of the request, or of this user where nothing is open; raises SettingsError."""
        if self.request is not None and self.request.settings is not None:
            return self.request.settings
        if self._settings is None:
            self._settings = load_settings()
        return self._settings

    @property
    def checking(self) -> bool:
        """Whether the problems are not yet those of the job."""
        return self._check_timer.isActive() or (self._checking is not None and self._checking.running)

    # --- opening

    def open(self, path: Union[str, Path]) -> None:
        """Read a scene, a request (``.json``) or a job (``.alf``, ``.json``); what is open stays until it is read."""
        self._read(read_source, Path(path).expanduser().absolute())

    def open_facts(self, facts: SceneFacts) -> None:
        """Open what a DCC has told of the scene in its memory."""
        self._read(source_of_scene, OpenScene(facts))

    def show_scene(self, scene: Union[SceneFacts, OpenScene]) -> None:
        """Show a scene as a DCC tells it now.

        All changes that still have a place are kept where it is the same scene, or another version of it that has no
        changes of its own.
        """
        found = scene if isinstance(scene, OpenScene) else OpenScene(scene)
        is_same = bool(self.scene) and Path(self.scene) == Path(found.path)
        self._read(source_of_scene, found, "", self.scene, done=self._take_again if is_same else self._take_shown)

    def open_request(self, request: SubmitRequest) -> None:
        """Open a finished request."""
        self._read(source_of_request, request)

    def open_job(self, job: Job) -> None:
        """Open a finished job."""
        self._read(source_of_job, job)

    def reload(self) -> None:
        """Read the same scene again, and keep all changes that still have a place.

        In a DCC ``reader`` gives the scene in its memory, and may ask a person what to do with what is not saved;
        everywhere else the file is read. It is called here, in the GUI thread, for no DCC lets other threads look at
        its scene; where it raises, ``failed`` tells why, and all stays as it is.
        """
        if self.reader is not None:
            self._read_in_dcc(self.reader)
        elif self.path is not None and self.source is not None and self.source.job is None:
            self._read(read_source, self.path, done=self._take_again)

    def scene_changed(self) -> None:
        """Say that the scene in the DCC is another one now: it is read again, soon and once for many calls.

        It may be called from any thread, such as that of a DCC's callback. ``follower`` is called in place of
        ``reader`` where there is one: it asks nobody anything.
        """
        self._scene_moved.emit()

    def _follow(self) -> None:
        if self.follower is not None:
            self._read_in_dcc(self.follower)
        else:
            self.reload()

    def _read_in_dcc(self, reader: Reader) -> None:
        try:
            found = reader()
        except FarmsubmitError as error:
            self.failed.emit(str(error))
        except Exception as error:
            _log.exception("a scene could not be read")
            text = self.tr("The scene could not be read, and what is shown stays: {0}. The log says more.")
            self.failed.emit(text.format(f"{type(error).__name__}: {error}"))
        else:
            if found is not None:
                self.show_scene(found)

    def close(self) -> None:
        """Stop all that is under way; answers do not arrive any more."""
        for handle in (self._reading, self._checking):
            if handle is not None:
                handle.cancel()
        self._builds.cancel()
        self._old_work.stop()
        for timer in (self._build_timer, self._check_timer, self._scene_timer):
            timer.stop()

    def _read(self, function: Any, *what: Any, done: Optional[Callable[[Source], None]] = None) -> None:
        if self._reading is not None:
            self._reading.cancel()
        # The same scene may be opened again, and then is read as it was left.
        self.remember()
        self._reading = worker.run(
            function,
            *what,
            done=done or self._take,
            failed=self._not_read,
            owner=self,
            cancellable=function is read_source,
        )
        self._tell_busy()

    def _not_read(self, text: str) -> None:
        self._tell_busy()
        self.failed.emit(text)

    def remember(self) -> None:
        """Keep what was changed in a scene for the next time that it is opened."""
        request, base = self._state.request, self._state.base
        if request is not None and base is not None and self._state is not self._remembered:
            self._remembered = self._state
            remember(request, base, self._state.preset)

    def _take_shown(self, source: Source) -> None:
        """Take another scene of the DCC, which has moved on to it: nobody could be asked before."""
        name = Path(self.scene).name if self._state.edits and not source.is_carried else ""
        self._take(source)
        if name:
            self.message.emit(
                self.tr("What was changed in the tree of {0} is gone; the rest comes back with it.").format(name)
            )

    def _take(self, source: Source) -> None:
        self.remember()
        self._builds.cancel()
        edits = self._state.edits if source.is_carried else ()
        self.source, self._settings = source, source.settings
        self._state = State(source.request, (), source.request, source.preset)
        self._steps.clear()
        if source.job is not None or self.made or self.error:
            self._put_job(_as_made(source.job), "")
        self.facts_changed.emit()
        self.request_changed.emit()
        self._bring_back(source, edits)
        if source.job is None:
            # Only when the scene is painted: a worker would take time from that.
            self._build_timer.start()
        self._tell_busy()

    def _bring_back(self, source: Source, edits: Tuple[Edit, ...]) -> None:
        """Lay over the scene what was changed in it last time, as a step that can be undone."""
        if source.request is None:
            return
        request = source.memory.over(source.request) if source.memory is not None else source.request
        if same(request, source.request) and not edits:
            return
        self._steps.push(
            self.tr("what was changed before") if source.is_carried else self.tr("what was changed last time"),
            self._state,
            State(request, edits, source.request, source.preset),
        )
        told = self.tr("What was changed last time is there again; undo takes it away.")
        carried = self.tr("What was changed in the version before goes on in this one; undo takes it away.")
        self.message.emit(carried if source.is_carried else told)

    def _take_again(self, source: Source) -> None:
        """Take what was read again; the undo of it would be of no use, for the scene is as it is."""
        raise NotImplementedError

    # --- states

    def _apply(self, state: State) -> None:
        """Go to another state, by the shortest way from the job that is there."""
        before, self._state = self._state, state
        self._show_change(before)

    def _show_change(self, before: State) -> None:
        state = self._state
        self.request_changed.emit()
        names = job_changes(before.request, state.request)
        is_small = state.request is None or (names is not None and len(self.made) == 1)
        if not is_small or (names and not self._set_on_job(names)):
            self._build_timer.start()
            self._tell_busy()
            return
        if self._builds.running:
            self._build_timer.start()
        self._put_edits()
        self.is_same_tree = self._state.edits == before.edits
        self.job_changed.emit()
        self._check_soon()

    def _set_on_job(self, names: Any) -> bool:
        """Set attributes of the request on the job itself, and tell whether all could be."""
        request, job = self.request, self.job
        if request is None or job is None:
            return False
        try:
            for name in names:
                setattr(job, name, job_title(request) if name == "title" else request.job.get(name))
        except FarmsubmitError:
            return False
        return True

    def _put_edits(self) -> None:
        """Put the edits of the state on the job, and drop those whose element is gone."""
        if self.job is None:
            return
        gone = self._book.apply(self.job, self._state.edits)
        if not gone:
            return
        kept = tuple(edit for edit in self._state.edits if edit not in gone)
        self._state = State(self._state.request, kept, self._state.base, self._state.preset)
        for edit in gone:
            text = self.tr("The change of {0} of {1} is dropped: the job has it no more.")
            self.message.emit(text.format(edit.attribute, edit.label))

    # --- building and checking

    def _build(self) -> None:
        if self.request is not None:
            self._builds.run(make, self.request, done=self._built_now, failed=self._not_built, cancellable=True)
        self._tell_busy()

    def _built_now(self, made: Made) -> None:
        self._put_job(made, "")
        self._tell_busy()

    def _not_built(self, text: str) -> None:
        self._put_job((), text)
        self._tell_busy()

    def _put_job(self, made: Made, error: str) -> None:
        self.made, self.error = made, error
        self._old += self._own
        self._own = made if self.request is not None else ()
        self.built = made[0] if made else None
        self.job = self.built.job if self.built is not None else None
        self._book.forget()
        self._put_edits()
        self.is_same_tree = False
        self.job_changed.emit()
        if self.job is None:
            self._put_problems([])
        else:
            self._check_soon()

    def _check_soon(self) -> None:
        if self.job is None:
            return
        if self._checking is not None:
            self._checking.cancel()
        self._check_timer.start()

    def _check(self) -> None:
        if self.job is None:
            return
        self._checking = worker.run(
            _checked,
            *(self.job, self.facts, self.request, self.settings, self._farm),
            done=self._put_problems,
            failed=self.failed.emit,
            owner=self,
            cancellable=True,
        )

    def _put_problems(self, problems: List[Problem]) -> None:
        self.problems = problems
        self.problems_changed.emit()
        if self._old and not self._old_work.running:
            # Not before: by now the tree is that of the new job, and nobody reads the old one.
            self._old_work.start(let_go(self._old), lambda _: None)

    def _tell_busy(self) -> None:
        is_reading = self._reading is not None and self._reading.running
        busy = is_reading or self._builds.running or self._build_timer.isActive()
        if busy != self.busy:
            self.busy = busy
            self.busy_changed.emit(busy)


def _checked(*what: Any, **how: Any) -> List[Problem]:
    """Check a job; runs in a worker, which imports the rules when there is something to check."""
    from farmsubmit.checks import check

    return check(*what, **how)


def _as_made(job: Optional[Job]) -> Made:
    """Return a finished job as one that was built of a request; nothing where there is none."""
    if job is None:
        return ()
    from farmsubmit.tasks.build import Built

    return (Built(job),)
