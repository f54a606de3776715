"""The page of a submission: steps, the result, a failure, and what can be done then."""

from __future__ import annotations

import pytest
from qtpy.QtWidgets import QApplication

from farmsubmit.engines.base import Dropped, Ticket
from farmsubmit_ui.panels.submit_panel import STEPS, WAITING, SubmitPanel, parted

TICKET = Ticket("18252", "folder:/jobs", "/jobs/18252.alf", (Dropped("Task 'a'", "preview", "it has no such step"),))


@pytest.fixture
def panel(qtbot, session):
    made = SubmitPanel(session)
    qtbot.addWidget(made)
    made.resize(790, 600)
    made.show()
    return made


def states(panel):
    return [panel.steps[name].state for name in STEPS]


def test_all_steps_wait_at_first(panel):
    assert states(panel) == [WAITING] * 4
    assert panel.cancel.isVisible() and not panel.back.isVisible()


def test_each_step_has_its_own_state_and_text(panel, session):
    session.submit_step.emit("check", "done", "no errors")
    session.submit_step.emit("copy", "skipped", "not asked for")
    session.submit_step.emit("spool", "active", "folder:/jobs")
    assert states(panel) == ["done", "skipped", "active", "waiting"]
    assert panel.steps["check"].text.whole_text() == "no errors"


def test_why_a_job_is_not_in_the_history_is_said_in_its_step(panel, session):
    session.submit_step.emit("save", "failed", "it is not in the history: the disk is full")
    assert "the disk is full" in panel.steps["save"].text.whole_text()


def test_a_new_submission_begins_anew(panel, session):
    session.submitted.emit(TICKET)
    session.submit_step.emit("check", "active", "")
    assert panel.ticket is None and panel.cancel.isVisible() and not panel.result.isVisible()


def test_the_result_says_the_job_and_what_was_dropped(panel, session):
    session.submitted.emit(TICKET)
    assert panel.job.text() == "Job 18252"
    assert "folder:/jobs" in panel.where.whole_text()
    assert "preview of Task 'a': it has no such step" in panel.dropped.text()


def test_an_option_that_was_dropped_is_called_as_in_the_menu(panel, session):
    session.submitted.emit(Ticket("1", "demo:", "", (Dropped("Job", "preview_first", "it has no such step"),)))
    assert panel.dropped.text() == "Preview frames first of Job: it has no such step"


def test_that_nothing_was_dropped_is_said(panel, session):
    session.submitted.emit(Ticket("1", "local:"))
    assert "Nothing was dropped" in panel.dropped.text()
    assert not panel.open_job.isEnabled()


def test_the_id_can_be_copied_and_the_job_followed(panel, session, told):
    panel.follow_wanted.connect(told.append)
    session.submitted.emit(TICKET)
    panel.copy_id.click()
    panel.follow.click()
    assert QApplication.clipboard().text() == "18252" and told == [TICKET]


def test_again_asks_the_session_for_what_was_done_last(panel, session, told, monkeypatch):
    monkeypatch.setattr(session, "_send", told.append)
    session.run_here()
    session.submit_failed.emit("no")
    panel.again.click()
    assert told == ["local:", "local:"]


def test_a_failure_says_what_went_wrong_and_what_to_do(panel, session, told):
    panel.back_wanted.connect(lambda: told.append("back"))
    session.submit_step.emit("spool", "failed", "x")
    session.submit_failed.emit("the engine does not answer; look whether it runs")
    assert panel.failure.isVisible() and not panel.cancel.isVisible()
    assert panel.problem.text() == "The engine does not answer"
    assert panel.to_do.text() == "Look whether it runs"
    panel.back.click()
    assert told == ["back"]


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("no hint", ("No hint", "")),
        ("a; b; do c", ("a; b", "Do c")),
        ("x:1 is off; farmsubmit y", ("x:1 is off", "farmsubmit y")),
    ],
)
def test_a_sentence_is_parted_at_its_hint(sentence, parts):
    assert parted(sentence) == parts


def test_cancel_is_passed_on_once(panel, session, monkeypatch, told):
    monkeypatch.setattr(session, "cancel_submit", lambda: told.append("stop"))
    panel.cancel.click()
    assert told == ["stop"] and not panel.cancel.isEnabled()


def test_a_whole_submission_ends_in_a_job(qtbot, opened, settle, tmp_path):
    made = SubmitPanel(opened)
    qtbot.addWidget(made)
    opened.set_engine(f"folder:{tmp_path}")
    settle(opened)
    with qtbot.waitSignal(opened.submitted, timeout=30_000):
        opened.submit()
    assert states(made) == ["done", "skipped", "done", "done"]
    assert made.ticket is not None and made.ticket.jid in made.job.text()


def test_an_engine_that_refuses_ends_in_a_failure_and_keeps_the_request(qtbot, opened, settle, tmp_path):
    made = SubmitPanel(opened)
    qtbot.addWidget(made)
    opened.set_engine(f"folder:{tmp_path}/nowhere")
    opened.set_job_value("priority", 50.0)
    settle(opened)
    with qtbot.waitSignal(opened.submit_failed, timeout=30_000):
        opened.submit()
    assert "failed" in states(made) and "is not there" in made.problem.text()
    assert opened.job_value("priority") == 50.0
