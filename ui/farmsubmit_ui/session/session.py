"""The session: everything that a person can do in the dialog, without a widget."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Sequence, Tuple

from qtpy.QtCore import QObject, Signal

from farmsubmit.author.elements import Element, Job
from farmsubmit.checks import Severity
from farmsubmit.errors import FarmsubmitError
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.request import Asked, EnvironmentRules, Row, SubmitRequest, job_title, overlaid, scene_stem
from farmsubmit.settings import Rule
from farmsubmit.submission.openscene import request_of, scene_in
from farmsubmit_ui import worker
from farmsubmit_ui.session import memory, origins, state, values
from farmsubmit_ui.session.core import SessionCore
from farmsubmit_ui.session.edits import Edit
from farmsubmit_ui.session.probe import EngineProbe, EngineState, is_same_farm, service_keys
from farmsubmit_ui.session.source import Source
from farmsubmit_ui.session.state import State

if TYPE_CHECKING:
    from farmsubmit.engines.base import Ticket
    from farmsubmit.lang.servicekey import Blade
    from farmsubmit.submission.outbox import Carried
    from farmsubmit_ui.session import letters


class Session(SessionCore):
    """One scene, request or job that is open, with undo, and the way to a farm.

    Values are set at once and built in the background; each change is one step of ``undo_stack``. Methods that set a
    value raise FarmsubmitError for one that cannot be, and then change nothing. ``submit_step`` tells the name of a
    step (``check``, ``copy``, ``save``, ``spool``), its state and a text. ``waiting`` is the letter in which the last
    submission waits, None where it does not; ``waiting_changed`` tells that this changed by another way than sending.
    """

    engine_changed = Signal()
    farm_changed = Signal()
    submit_step = Signal(str, str, str)
    submitted = Signal(object)
    submit_failed = Signal(str)
    waiting_changed = Signal()
    readiness_changed = Signal()

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._probe = EngineProbe(self)
        self._probe.changed.connect(self.engine_changed)
        self._probe.farm_changed.connect(self._take_farm)
        self._sending: Optional[worker.Handle] = None
        self._stop_wanted = self._is_for_here = False
        self.waiting: Optional[letters.Waiting] = None
        self._carried: Optional[Carried] = None
        self._engine = ""
        self._field_problems: Dict[str, List[str]] = {}
        self.request_changed.connect(self.watch_engine)
        self.submitted.connect(self.remember)
        self._kept: Optional[State] = None

    # --- the job

    def job_value(self, name: str) -> Any:
        """Return an attribute of the job, None where it is unset; ``title`` is what the job will be called."""
        if self.request is None:
            return vars(self.job).get(name) if self.job is not None else None
        if name == "title":
            return self._title(self.request)
        return self.request.job.get(name)

    def set_job_value(self, name: str, value: Any) -> None:
        """Set an attribute of the job, None to unset it; raises AuthorError."""
        label = self.tr("{0} of the job").format(name)
        if self.request is None:
            state.checked_job_value(name, value)
            self._push_edit(Edit((), name, value, "Job"), label)
        else:
            self._change(state.with_job_value(self.request, name, value), label, f"job.{name}")

    # --- the rows

    @property
    def rows(self) -> Tuple[Row, ...]:
        """The rows of the request, none for a finished job."""
        return self.request.rows if self.request is not None else ()

    def row_value(self, name: str, field: str) -> Any:
        """Return a field of the row of an id; raises RequestError for an unknown one."""
        return getattr(self._asked().row(name), field)

    def set_row_values(self, ids: Sequence[str], field: str, value: Any) -> None:
        """Set a field of some rows as one step; frames may be text. Raises RequestError and FrameError."""
        label = self.tr("{0} of {1}").format(field, ids[0] if len(ids) == 1 else self.tr("{0} rows").format(len(ids)))
        key = f"row.{','.join(ids)}.{field}"
        self._change(state.with_row_values(self._asked(), ids, field, value), label, key)

    def set_rows_on(self, ids: Sequence[str], on: bool) -> None:
        """Switch rows on or off as one step; raises RequestError for an unknown one."""
        request = state.with_row_values(self._asked(), ids, "on", on)
        self._change(request, self.tr("rows on") if on else self.tr("rows off"))

    # --- the rest of the request

    def set_dirmaps(self, dirmaps: Sequence[DirMap]) -> None:
        """Set the directory maps, those of a finished job too."""
        label = self.tr("directory maps")
        if self.request is None:
            self._push_edit(Edit((), "dirmaps", tuple(dirmaps), "Job"), label)
        else:
            self._change(replace(self.request, dirmaps=tuple(dirmaps)), label)

    @property
    def dirmaps(self) -> Tuple[DirMap, ...]:
        """The directory maps of the request, or of the finished job."""
        if self.request is not None:
            return tuple(self.request.dirmaps)
        return tuple(vars(self.job).get("dirmaps", ())) if self.job is not None else ()

    def set_environment(self, rules: EnvironmentRules) -> None:
        """Set what of the environment travels."""
        self._change(replace(self._asked(), environment=rules), self.tr("environment"))

    def option(self, name: str) -> Any:
        """Return an option of the request, None where it is unset."""
        return self.request.options.get(name) if self.request is not None else None

    def set_option(self, name: str, value: Any) -> None:
        """Set an option of the request (see request.OPTIONS); a value that says nothing unsets it."""
        self._change(state.with_option(self._asked(), name, value), name, f"option.{name}")

    def cut_to_missing(self) -> None:
        """Leave out, as one step, the frames that are on disk already; looks at the disk in the background."""
        asked = self._asked()

        def take(request: SubmitRequest) -> None:
            # Whoever went on meanwhile has another request, to which this one is no answer.
            if self.request is asked:
                self._change(request, self.tr("only missing frames"))

        only = Asked(options={"missing_only": True})
        worker.run(overlaid, asked, only, done=take, failed=self.failed.emit, owner=self)

    # --- the engine

    @property
    def engine(self) -> str:
        """The URL of the engine that the job goes to."""
        chosen = self.request.engine if self.request is not None else self._engine
        return chosen or str(self.settings["engine"])

    def set_engine(self, url: str) -> None:
        """Choose another engine, empty for that of the settings."""
        if self.request is not None:
            self._change(replace(self.request, engine=url), self.tr("engine"))
        else:
            self._engine = url
        self.watch_engine()

    @property
    def engine_state(self) -> EngineState:
        """How the engine stood when it was last asked."""
        return self._probe.state

    @property
    def blades(self) -> Tuple[Blade, ...]:
        """The blades of the engine's farm, none where it does not tell them; ``farm_changed`` tells of others."""
        return tuple(self._probe.farm.blades or ())

    @property
    def service_keys(self) -> Tuple[str, ...]:
        """The service keys that the blades provide."""
        return service_keys(self._probe.farm)

    def ask_engine(self) -> None:
        """Ask the engine how it stands now; ``engine_changed`` comes where that is something else."""
        self._probe.ask()

    def watch_engine(self) -> None:
        """Ask the engine of the job how it stands, now and from time to time."""
        try:
            self._probe.watch(self.engine)
        except FarmsubmitError as error:
            self.failed.emit(str(error))

    def _take_farm(self) -> None:
        self.farm_changed.emit()
        if not is_same_farm(self._probe.farm, self._farm):
            self._farm = self._probe.farm
            self._check_soon()

    # --- edits in the tree

    def edit_element(self, element: Element, attribute: str, value: Any) -> None:
        """Change an attribute of an element of the job; it is kept over every job built anew. Raises AuthorError."""
        job = self.job
        if job is None or (element is job and self.request is not None):
            self.set_job_value(attribute, value)
            return
        path = self._book.path_of(job, element)
        if path is None:
            raise FarmsubmitError(f"{element.label} cannot be changed here", "it is no task or command of the job")
        label = self.tr("{0} of {1}").format(attribute, element.label)
        setattr(type(element)(), attribute, value)
        self._push_edit(Edit(path, attribute, value, element.label), label)

    def _push_edit(self, edit: Edit, label: str) -> None:
        others = tuple(old for old in self._state.edits if (old.path, old.attribute) != (edit.path, edit.attribute))
        self._push(replace(self._state, edits=(*others, edit)), label, f"edit.{edit.path}.{edit.attribute}")

    # --- what is kept

    @property
    def has_unkept(self) -> bool:
        """Whether there are changes that go with the window: not sent, not written, and not remembered of the scene."""
        is_scene = self.source is not None and self.source.is_scene
        return self._state is not self._kept and memory.is_lost(self._state, is_scene)

    def state_now(self) -> State:
        """Return all that a person has changed, for note_kept."""
        return self._state

    def note_kept(self, kept: State) -> None:
        """Take notice that a state was sent or written, and so is not lost."""
        self._kept = kept

    # --- where values come from

    def origin(self, field: str) -> str:
        """Return where a value comes from: ``default``, ``scene``, a layer such as ``user: /path``, ``this time``.

        ``field`` is ``priority`` or ``job.priority``, ``row.frames`` (any row) or ``row.ID.frames``, ``dirmaps``,
        ``environment``, ``engine``, or the name of an option.
        """
        how = self.source.how if self.source is not None else ""
        return origins.origin(self._state, origins.field_of(field), self.settings, how)

    def is_changed(self, field: str) -> bool:
        """Tell whether a value is another than scene and settings gave; fields as in origin()."""
        return origins.is_changed(self._state, origins.field_of(field))

    def changes(self) -> List[str]:
        """Return the names of what was changed and can be reset, but for rows, as one: ``rows``."""
        request, base = self._state.request, self._state.base
        if request is None or base is None:
            return [edit.attribute for edit in self._state.edits]
        names = [f"job.{name}" for name in Job.by_attribute if request.job.get(name) != base.job.get(name)]
        names += [
            part
            for part in ("rows", "dirmaps", "environment", "engine", "options")
            if getattr(request, part) != getattr(base, part)
        ]
        return names + [edit.attribute for edit in self._state.edits]

    def reset(self, field: str) -> None:
        """Give a field the value again that it had from scene and settings; fields as in origin()."""
        base, found = self._state.base, origins.field_of(field)
        label = self.tr("reset {0}").format(found.name)
        if self.request is None or base is None:
            kept = tuple(edit for edit in self._state.edits if edit.path or edit.attribute != found.name)
            self._push(replace(self._state, edits=kept), label)
        elif found.kind == "row":
            self._change(state.rows_reset(self.request, base, found.name, found.row), label)
        elif found.kind == "part":
            self._change(replace(self.request, **{found.name: getattr(base, found.name)}), label)
        elif found.kind == "job":
            self._change(state.with_job_value(self.request, found.name, base.job.get(found.name)), label)
        else:
            self._change(state.with_option(self.request, found.name, base.options.get(found.name)), label)

    def rule(self, field: str) -> Rule:
        """Return what the policies of site and show ask of a field: a setting, ``job.priority``, ``row.chunk``."""
        rule: Rule = self.settings.policy.rule(field)
        return rule

    # --- presets

    @property
    def preset(self) -> str:
        """The name of the preset in use, empty for none."""
        return self._state.preset

    def use_preset(self, name: str) -> None:
        """Lay a preset under what was changed, as one step; empty for none."""
        source = self.source
        if self.request is None or source is None:
            self.failed.emit(self.tr("A preset needs a scene or a request."))
            return

        def take(base: SubmitRequest) -> None:
            request, before = self._state.request, self._state.base
            if request is not None and before is not None:
                after = State(state.rebased(request, before, base), self._state.edits, base, name)
                self._push(after, self.tr("preset {0}").format(name) if name else self.tr("no preset"))

        worker.run(_with_preset, self.request, name, done=take, failed=self.failed.emit, owner=self)

    def values_to_keep(self) -> Dict[str, Any]:
        """Return the settings that a settings file would have to say so that the scene starts as it is now."""
        return values.differing(self.request) if self.request is not None else {}

    def all_values(self) -> Dict[str, Any]:
        """Return all settings that the request says something about, for a preset."""
        return values.values_of(self.request) if self.request is not None else {}

    # --- to the farm

    @property
    def is_sending(self) -> bool:
        """Whether a submission is under way."""
        return self._sending is not None and self._sending.running

    def reasons_against(self) -> List[str]:
        """Return all reasons why nothing can be sent now, in words; empty where it can."""
        reasons = [self.error] if self.error else []
        if self.job is None and not reasons:
            reasons.append(self.tr("There is no job: open a scene, a request or a job.") if not self.busy else "")
        if self.busy:
            reasons.append(self.tr("The job is still being read or built."))
        if self.is_sending:
            reasons.append(self.tr("It is being sent just now."))
        reasons += self.field_problems()
        errors = [found for found in self.problems if found.severity is Severity.ERROR]
        reasons += [f"{found.where}: {found.text}" for found in errors]
        return [reason for reason in reasons if reason]

    def set_field_problems(self, where: str, texts: Sequence[str]) -> None:
        """Note what is typed somewhere and cannot be a value; nothing is sent until it is mended."""
        self._field_problems[where] = list(texts)
        self.readiness_changed.emit()

    def field_problems(self) -> List[str]:
        """Return what is typed somewhere and cannot be a value, as set_field_problems noted it."""
        return [text for texts in self._field_problems.values() for text in texts]

    def submit(self) -> None:
        """Check, copy and send the job to its engine; steps and the end are told by signals."""
        self._is_for_here = False
        self._send(self.engine)

    def run_here(self) -> None:
        """Send the job to this machine instead."""
        self._is_for_here = True
        self._send("local:")

    def try_again(self) -> None:
        """Do again what was done last: submit, or run here."""
        if self._is_for_here:
            self.run_here()
        else:
            self.submit()

    def cancel_submit(self) -> None:
        """Stop a submission before it is sent; one that is at the engine already arrives all the same."""
        self._stop_wanted = True

    def _send(self, engine: str) -> None:
        if not self.is_sending:
            self.waiting = None
        reasons = self.reasons_against()
        if reasons or self.built is None:
            self.submit_failed.emit(" ".join(reasons))
            return
        from farmsubmit_ui.session import sending

        self._stop_wanted = False
        what = self.request if self.request is not None else self.built
        order = sending.Order(what, engine, self._state.edits if self.request is not None else (), self.settings)
        self._begin(lambda report, kept: sending.send(order, report, lambda: self._stop_wanted, kept))

    def _begin(self, send: Callable[[letters.Report, List[letters.Waiting]], Ticket]) -> None:
        kept: List[letters.Waiting] = []

        def submission(report: letters.Report) -> Ticket:
            return send(report, kept)

        self._carried = None
        sent = self._state
        self._sending = worker.run(
            submission,
            done=lambda ticket: self._has_arrived(ticket, sent),
            failed=lambda text: self._has_failed(text, kept),
            owner=self,
            progress=self.submit_step.emit,
        )

    def _has_arrived(self, ticket: Ticket, sent: Optional[State] = None) -> None:
        self.waiting = None
        self._kept = sent or self._kept
        self.submitted.emit(ticket)

    def _has_failed(self, text: str, kept: Sequence[letters.Waiting]) -> None:
        carried = self._carried
        if carried is not None and carried.ticket is not None:
            # The outbox had it in hand, and was quicker.
            self._show_arrived(carried)
            return
        self.waiting = kept[-1] if kept else None
        self.submit_failed.emit(text)

    # --- what waits in the outbox

    def send_waiting(self, is_sure: bool = False) -> None:
        """Carry the letter in which the last submission waits; steps and end are told as those of a submission.

        ``is_sure`` says that a person has looked, and that its engine has it not.
        """
        from farmsubmit_ui.session import letters

        if self.waiting is not None and not self.is_sending:
            letter = self.waiting.letter
            self._begin(lambda report, kept: letters.send(letter, is_sure, report, kept))

    def take_out_waiting(self) -> None:
        """Take the letter in which the last submission waits out of the outbox."""
        from farmsubmit_ui.session import letters

        if self.waiting is not None and not self.is_sending:
            chosen = [self.waiting.letter]
            worker.run(letters.take_out, chosen, done=self._taken_out, failed=self.failed.emit, owner=self)

    def take_carried(self, carried: Carried) -> bool:
        """Take notice of a letter that the outbox has carried, and tell whether it is that of the last submission."""
        if carried.ticket is None or self.waiting is None or carried.letter.key != self.waiting.letter.key:
            return False
        if self.is_sending:
            self._carried = carried
        else:
            self._show_arrived(carried)
        return True

    def see_waiting(self, found: Sequence[letters.Waiting]) -> None:
        """Take notice of what waits: the letter of the last submission may stand otherwise now, or be gone."""
        if self.waiting is None or self.is_sending:
            return
        key = self.waiting.letter.key
        now = next((each for each in found if each.letter.key == key), None)
        if now != self.waiting:
            self.waiting = now
            self.waiting_changed.emit()

    def _show_arrived(self, carried: Carried) -> None:
        from farmsubmit_ui.session import letters

        letters.tell_arrived(carried, self.submit_step.emit)
        if carried.ticket is not None:
            self._has_arrived(carried.ticket)

    def _taken_out(self, sentence: str) -> None:
        self.waiting = None
        self.waiting_changed.emit()
        self.message.emit(sentence)

    def close(self) -> None:
        """Remember what was changed, and stop all that is under way."""
        self.remember()
        super().close()
        self._probe.stop()
        worker.calm()

    # --- private

    def _title(self, request: SubmitRequest) -> str:
        try:
            return job_title(request)
        except FarmsubmitError:
            return scene_stem(request.facts)

    def _asked(self) -> SubmitRequest:
        if self.request is None:
            raise FarmsubmitError("a finished job has no rows and options", "open the scene it was made of")
        return self.request

    def _change(self, request: SubmitRequest, label: str, key: str = "") -> None:
        if self.request is None or not state.same(self.request, request):
            self._push(replace(self._state, request=request), label, key)

    def _push(self, after: State, label: str, key: str = "") -> None:
        if after.edits != self._state.edits or after.request is not self._state.request:
            self._steps.push(label, self._state, after, key)

    def _take_again(self, source: Source) -> None:
        request, base = self._state.request, self._state.base
        if source.request is None or request is None or base is None:
            self._take(source)
            return
        self.source, self._settings = source, source.settings
        after = state.rebased(request, base, source.request)
        self._steps.clear()
        before, self._state = self._state, State(after, self._state.edits, source.request, "")
        self.facts_changed.emit()
        self._show_change(before)


def _with_preset(request: SubmitRequest, name: str) -> SubmitRequest:
    """Return the request of a scene as the settings with a preset make it; runs in a worker."""
    return request_of(scene_in(request), preset=name)
