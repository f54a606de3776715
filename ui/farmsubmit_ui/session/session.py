"""The session: everything that a person can do in the dialog, without a widget."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Callable, Dict, List, Optional, Sequence, Tuple

from qtpy.QtCore import QObject, Signal

from farmsubmit.checks import Severity
from farmsubmit.errors import FarmsubmitError
from farmsubmit.request import SubmitRequest
from farmsubmit.submission.openscene import request_of, scene_in
from farmsubmit_ui import worker
from farmsubmit_ui.session import memory, state
from farmsubmit_ui.session.probe import EngineProbe, EngineState, is_same_farm, service_keys
from farmsubmit_ui.session.source import Source
from farmsubmit_ui.session.state import State
from farmsubmit_ui.session.values import SessionValues

if TYPE_CHECKING:
    from farmsubmit.engines.base import Ticket
    from farmsubmit.lang.servicekey import Blade
    from farmsubmit.submission.outbox import Carried
    from farmsubmit_ui.session import letters


class Session(SessionValues):
    """One scene, request or job that is open, with undo, and the way to a farm.

    ``submit_step`` tells the name of a step (``check``, ``copy``, ``save``, ``spool``), its state and a text.
    ``waiting`` is the letter in which the last submission waits, None where it does not; ``waiting_changed`` tells that
    this changed by another way than sending.
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

    def _take_again(self, source: Source) -> None:
        request, base = self._state.request, self._state.base
        if source.request is None or request is None or base is None:
            self._take(source)
            return
        self.source, self._settings = source, source.settings
        after = state.rebased(request, base, source.request)
        self._steps.clear()
        before, self._state = self._state, State(after, self._state.edits, source.request, source.preset)
        self.facts_changed.emit()
        self._show_change(before)


def _with_preset(request: SubmitRequest, name: str) -> SubmitRequest:
    """Return the request of a scene as the settings with a preset make it; runs in a worker."""
    return request_of(scene_in(request), preset=name)
