"""What waits in the outbox: the page of a submission whose engine is down, the rounds in the background, the dialog."""

from __future__ import annotations

from typing import Any, ClassVar, List

import pytest
from qtpy.QtWidgets import QMessageBox, QWidget

from farmsubmit import outbox as letters
from farmsubmit.engines import registry
from farmsubmit.engines.base import Capabilities, Engine, Ticket, Translation
from farmsubmit.errors import AnswerLost, EngineUnreachable, FarmsubmitError, SpoolError
from farmsubmit.submission import submit
from farmsubmit.submission.outbox import Carried, carry
from farmsubmit_ui import outbox as outbox_module
from farmsubmit_ui.dialog import Submitter
from farmsubmit_ui.models.outbox_model import ENGINE, NEXT, STATE, TITLE, TRIES
from farmsubmit_ui.panels.outbox_dialog import OutboxDialog
from farmsubmit_ui.panels.submit_panel import SubmitPanel


class FarEngine(Engine):
    """An engine elsewhere: ``jobs`` are the keys that have arrived, ``fault`` is what happens at each call."""

    scheme = "far"
    capabilities = Capabilities(finds=True)
    arrived: ClassVar[List[str]] = []
    fault: ClassVar[str] = ""

    def translate(self, job: Any) -> Translation:
        return Translation(job)

    def answer(self) -> str:
        return "far"

    def spool(self, translation: Any, info: Any, block: bool = False) -> Ticket:
        if self.fault == "down":
            raise EngineUnreachable("far: does not answer", "ask whoever keeps the farm")
        if self.fault == "refused":
            raise SpoolError("far: has no room")
        self.arrived.append(info.key)
        if self.fault == "lost":
            raise AnswerLost("far: no answer came")
        return Ticket(str(len(self.arrived)), self.url)

    def find(self, key: str) -> Any:
        return str(self.arrived.index(key) + 1) if key in self.arrived else None


class BlindEngine(FarEngine):
    """One that cannot tell whether it has a job."""

    scheme = "blind"
    capabilities = Capabilities()


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    """Both engines, down at first, with no jobs."""
    kinds = {"far": FarEngine, "blind": BlindEngine}
    load = registry._load
    homes = registry._homes
    monkeypatch.setattr(registry, "_homes", lambda: {**homes(), **{name: name for name in kinds}})
    monkeypatch.setattr(registry, "_load", lambda home, scheme: kinds.get(scheme) or load(home, scheme))
    monkeypatch.setattr(FarEngine, "arrived", [])
    monkeypatch.setattr(FarEngine, "fault", "down")
    return FarEngine


def sent(qtbot, session, settle, url="far:"):
    """Send the job of a session, which does not arrive."""
    session.set_engine(url)
    settle(session)
    with qtbot.waitSignal(session.submit_failed, timeout=30_000):
        session.submit()


def written(finished_job, url="far:", title="shot_v3"):
    """Write a letter as a submission does that does not arrive, and return it."""
    finished_job.title = title
    with pytest.raises(FarmsubmitError):
        submit(finished_job, url)
    return letters.letters()[-1]


@pytest.fixture
def page(qtbot, opened):
    made = SubmitPanel(opened)
    qtbot.addWidget(made)
    made.resize(790, 600)
    made.show()
    return made


@pytest.fixture
def outbox(qtbot):
    """The outbox of this process, with one window."""
    window = QWidget()
    qtbot.addWidget(window)
    made = outbox_module.outbox_for(window)
    yield made
    made.leave(window)
    assert not outbox_module._shared


@pytest.fixture
def window(qtbot):
    made = Submitter(is_standalone=True)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def dialog_on(qtbot, outbox, count=1):
    made = OutboxDialog(outbox)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: len(made.model.rows) == count)
    return made


def buttons(page):
    every = {"again": page.again, "now": page.now, "anew": page.anew, "out": page.out}
    return [name for name, button in every.items() if button.isVisible()]


# --- the page of a submission


def test_a_submission_that_waits_can_be_sent_now_or_taken_out(page, opened, qtbot, settle):
    sent(qtbot, opened, settle)
    assert opened.waiting.letter == letters.letters()[0]
    assert buttons(page) == ["now", "out"]
    assert page.problem.text() == "far: does not answer" and "waits in the outbox" in page.to_do.text()
    assert page.failure.accessibleName() == "Not sent yet"


def test_send_it_now_ends_in_the_ticket_of_that_very_letter(page, opened, qtbot, settle, engine):
    sent(qtbot, opened, settle)
    key = opened.waiting.letter.key
    engine.fault = ""
    with qtbot.waitSignal(opened.submitted, timeout=30_000):
        page.now.click()
    assert engine.arrived == [key] and letters.letters() == [] and opened.waiting is None
    assert page.job.text() == "Job 1"
    assert [step.state for step in page.steps.values()] == ["done", "skipped", "done", "done"]


def test_an_engine_that_is_still_down_leaves_it_where_it_is(page, opened, qtbot, settle):
    sent(qtbot, opened, settle)
    tries = opened.waiting.letter.tries
    with qtbot.waitSignal(opened.submit_failed, timeout=30_000):
        page.now.click()
    assert buttons(page) == ["now", "out"] and opened.waiting.letter.tries == tries + 1
    assert page.steps["spool"].state == "failed" and page.problem.text() == "far: does not answer"


def test_what_is_taken_out_can_be_tried_again(page, opened, qtbot, settle, engine):
    sent(qtbot, opened, settle)
    with qtbot.waitSignal(opened.waiting_changed, timeout=30_000):
        page.out.click()
    assert letters.letters() == [] and buttons(page) == ["again"]
    engine.fault = ""
    with qtbot.waitSignal(opened.submitted, timeout=30_000):
        page.again.click()


def test_submitting_what_waits_already_offers_its_letter(page, opened, qtbot, settle):
    sent(qtbot, opened, settle)
    first = opened.waiting.letter.key
    sent(qtbot, opened, settle)
    assert opened.waiting.letter.key == first and buttons(page) == ["now", "out"]


def test_where_the_engine_cannot_tell_a_person_says_it_twice(page, opened, qtbot, settle, engine):
    engine.fault = "lost"
    sent(qtbot, opened, settle, "blind:")
    assert buttons(page) == ["anew", "out"] and "Look at the engine's jobs" in page.to_do.text()
    page.anew.click()
    box = page.findChild(QMessageBox, "again_question")
    assert "makes a second one" in box.informativeText() and len(engine.arrived) == 1
    engine.fault = ""
    with qtbot.waitSignal(opened.submitted, timeout=30_000):
        next(button for button in box.buttons() if button.objectName() == "again_send").click()
    assert len(engine.arrived) == 2


def test_an_engine_that_can_tell_is_asked_and_never_gets_a_second_job(page, opened, qtbot, settle, engine):
    engine.fault = "lost"
    sent(qtbot, opened, settle)
    assert buttons(page) == ["now", "out"] and page.failure.accessibleName() == "Perhaps sent"
    with qtbot.waitSignal(opened.submitted, timeout=30_000):
        page.now.click()
    assert len(engine.arrived) == 1


def test_an_engine_that_refuses_leaves_nothing_behind(page, opened, qtbot, settle, engine):
    engine.fault = "refused"
    sent(qtbot, opened, settle)
    assert opened.waiting is None and buttons(page) == ["again"]


def test_the_rest_of_previews_never_waits_alone(page, opened, qtbot, settle):
    opened.set_option("preview_first", "first-middle-last")
    opened.set_option("preview_rest", "paused")
    sent(qtbot, opened, settle)
    assert letters.letters() == [] and buttons(page) == ["again"]


def test_where_the_outbox_is_quicker_its_ticket_counts(page, opened, qtbot, settle):
    sent(qtbot, opened, settle)
    letter = opened.waiting.letter
    with qtbot.waitSignal(opened.submitted, timeout=30_000), letters.claimed(letters.outbox_dir() / letter.key):
        page.now.click()
        assert opened.take_carried(Carried(letter, Ticket("7", "far:")))
        qtbot.waitUntil(lambda: not opened.is_sending, timeout=30_000)
    assert page.job.text() == "Job 7" and opened.waiting is None


def test_what_another_has_taken_out_is_told(page, opened, qtbot, settle):
    sent(qtbot, opened, settle)
    opened.see_waiting([])
    assert buttons(page) == ["again"] and "not in the outbox any more" in page.to_do.text()


# --- in the background


def test_what_is_due_is_carried_and_its_arrival_told(outbox, finished_job, qtbot, engine, told):
    letter = written(finished_job)
    letters.change(letter, next_try=0.0)
    engine.fault = ""
    outbox.carried.connect(told.append)
    outbox.carry_due()
    qtbot.waitUntil(lambda: bool(told) and not outbox.is_busy, timeout=30_000)
    assert told[0].ticket.jid == "1" and outbox.waiting == []


def test_what_is_not_due_stays(outbox, finished_job, qtbot, engine):
    written(finished_job)
    engine.fault = ""
    outbox.carry_due()
    qtbot.waitUntil(lambda: len(outbox.waiting) == 1 and not outbox.is_busy)
    assert engine.arrived == []


def test_there_is_one_round_at_a_time(outbox, finished_job, qtbot, engine):
    letter = written(finished_job)
    engine.fault = ""
    outbox.send([letter])
    first = outbox._handle
    outbox.send([letter])
    outbox.carry_due()
    assert outbox._handle is first
    qtbot.waitUntil(lambda: not outbox.is_busy, timeout=30_000)


def test_windows_share_one_outbox_that_rests_with_the_last(qtbot):
    windows = [QWidget(), QWidget()]
    first, second = (outbox_module.outbox_for(window) for window in windows)
    assert first is second
    first.leave(windows[0])
    assert first.is_awake
    first.leave(windows[1])
    assert not first.is_awake and outbox_module.outbox_for(windows[0]) is not first
    outbox_module._shared[0].leave(windows[0])


# --- the window


def test_a_window_hints_at_what_waits_and_tells_what_has_arrived(window, finished_job, qtbot, engine):
    assert not window.header.outbox.isVisible() and window.outbox.menu_text() == "Out&box…"
    letter = written(finished_job)
    window.outbox.outbox.look()
    qtbot.waitUntil(lambda: window.outbox.count == 1)
    assert window.header.outbox.text() == " 1 in the outbox" and window.outbox.menu_text() == "Out&box (1)…"
    engine.fault = ""
    window.outbox.outbox.send([letter])
    qtbot.waitUntil(lambda: window.outbox.count == 0, timeout=30_000)
    assert window.notice.text.text() == "Job 1 of shot_v3 is with far: now."
    assert not window.header.outbox.isVisible()


def test_the_menu_opens_the_outbox(window, qtbot):
    window.menus.engine.aboutToShow.emit()
    next(one for one in window.menus.engine.actions() if one.objectName() == "outbox").trigger()
    dialog = window.findChild(OutboxDialog)
    assert "Nothing waits" in dialog.empty.sentence() and dialog.pages.currentIndex() == 1
    assert not dialog.send_button.isEnabled() and not dialog.out_button.isEnabled()
    dialog.close()


def test_the_page_of_a_submission_follows_what_the_outbox_does(window, maya_facts, qtbot, settle, engine):
    window.session.open_facts(maya_facts)
    settle(window.session)
    sent(qtbot, window.session, settle)
    letter = window.session.waiting.letter
    engine.fault = ""
    with qtbot.waitSignal(window.session.submitted, timeout=30_000):
        window.outbox.outbox.send([letter])
    assert window.way.submission.job.text() == "Job 1" and window.way.latest.jid == "1"
    assert not window.notice.isVisible()


def test_a_window_that_is_closed_carries_nothing_more(window):
    outbox = window.outbox.outbox
    window.close()
    assert not outbox.is_awake and not outbox_module._shared


# --- the dialog


def test_the_table_says_what_waits_and_why(qtbot, outbox, finished_job, qtmodeltester):
    letter = written(finished_job)
    made = dialog_on(qtbot, outbox)
    cells = [made.model.index(0, column).data() for column in (TITLE, ENGINE, STATE, TRIES)]
    assert cells == ["shot_v3", "far:", "waits", str(letter.tries)]
    assert "does not answer" in made.note.text() and "sent by itself" in made.note.text()
    qtmodeltester.check(made.model)


def test_send_now_takes_the_selected_ones_to_their_engines(qtbot, outbox, finished_job, engine):
    for title in ("a", "b"):
        written(finished_job, title=title)
    made = dialog_on(qtbot, outbox, 2)
    made.view.selectAll()
    engine.fault = ""
    made.send_button.click()
    assert not made.send_button.isEnabled()
    qtbot.waitUntil(lambda: not made.model.rows, timeout=30_000)
    assert len(engine.arrived) == 2 and made.pages.currentIndex() == 1


def test_an_engine_that_refuses_later_leaves_a_letter_for_a_person(qtbot, outbox, finished_job, engine):
    written(finished_job)
    made = dialog_on(qtbot, outbox)
    engine.fault = "refused"
    made.send_button.click()
    qtbot.waitUntil(lambda: made.model.rows[0].letter.state == letters.REFUSED, timeout=30_000)
    assert made.model.index(0, NEXT).data() == "by hand" and "has no room" in made.note.text()


def test_taking_out_is_told(qtbot, outbox, finished_job):
    written(finished_job)
    made = dialog_on(qtbot, outbox)
    made.out_button.click()
    qtbot.waitUntil(lambda: not made.model.rows, timeout=30_000)
    assert letters.letters() == [] and "is taken out" in made.note.text()


def test_what_is_being_sent_is_not_taken_out(qtbot, outbox, finished_job):
    letter = written(finished_job)
    made = dialog_on(qtbot, outbox)
    with letters.claimed(letters.outbox_dir() / letter.key):
        made.out_button.click()
        qtbot.waitUntil(lambda: "being sent just now" in made.note.text(), timeout=30_000)
    assert letters.letters() == [letter]


def test_send_again_is_for_what_only_a_person_can_tell(qtbot, outbox, finished_job, engine):
    engine.fault = "lost"
    letter = written(finished_job, "blind:")
    assert carry([letter])[0].ticket is None and len(engine.arrived) == 1
    made = dialog_on(qtbot, outbox)
    assert made.again_button.isEnabled() and not made.send_button.isEnabled()
    made.again_button.click()
    box = made.findChild(QMessageBox, "again_question")
    engine.fault = ""
    next(button for button in box.buttons() if button.objectName() == "again_send").click()
    qtbot.waitUntil(lambda: not made.model.rows, timeout=30_000)
    assert len(engine.arrived) == 2


def test_the_selection_outlives_a_round(qtbot, outbox, finished_job):
    keys = [written(finished_job, title=title).key for title in ("a", "b")]
    made = dialog_on(qtbot, outbox, 2)
    made.view.setCurrentIndex(made.model.index(1, 0))
    before = made.model.rows[0]
    outbox.send([before.letter])
    qtbot.waitUntil(lambda: made.model.rows[0] != before and not outbox.is_busy, timeout=30_000)
    assert [each.letter.key for each in made.chosen()] == keys[1:]
