"""The tab of the history: earlier submissions, what differs from now, opening and sending one again."""

from __future__ import annotations

from datetime import datetime

import pytest
from qtpy.QtWidgets import QApplication, QMessageBox

from farmsubmit import outbox
from farmsubmit.errors import FarmsubmitError
from farmsubmit.submission import submit, submit_request
from farmsubmit_ui.models.history_model import ENGINE, JOB, NUMBER, OUTCOME, TITLE, when_text
from farmsubmit_ui.panels.history_panel import HistoryPanel


@pytest.fixture
def sent(opened, tmp_path):
    """A session whose scene was sent once, and refused once by an engine that is not there."""
    (tmp_path / "jobs").mkdir()
    submit_request(opened.request, f"folder:{tmp_path}/jobs")
    with pytest.raises(FarmsubmitError):
        submit_request(opened.request, f"folder:{tmp_path}/nowhere")
    return opened


@pytest.fixture
def panel(qtbot, sent):
    made = HistoryPanel(sent)
    qtbot.addWidget(made)
    made.resize(790, 600)
    made.show()
    qtbot.waitUntil(lambda: len(made.model.rows) == 2)
    return made


def choose(panel, place):
    panel.view.setCurrentIndex(panel.model.index(place, 0))


def test_submissions_are_there_the_newest_first(panel, qtmodeltester):
    cells = [[panel.model.index(row, column).data() for column in (NUMBER, OUTCOME)] for row in (0, 1)]
    assert cells[0][0] == "2" and "is not there" in cells[0][1]
    assert cells[1] == ["1", "sent"]
    qtmodeltester.check(panel.model)


def test_a_row_says_what_went_where(panel, tmp_path):
    assert panel.model.index(1, TITLE).data() == "sq02_sh010_lighting_v012"
    assert panel.model.index(1, ENGINE).data() == f"folder:{tmp_path}/jobs"
    assert panel.model.index(1, JOB).data()


def test_a_job_in_error_has_failed_as_it_is_said_everywhere(panel):
    panel.model.set_states({1: "error"})
    assert panel.model.index(1, OUTCOME).data() == "sent, failed"


def test_other_scenes_are_shown_when_asked_for(panel, finished_job, tmp_path, qtbot):
    submit(finished_job, f"folder:{tmp_path}/jobs")
    panel.refresh()
    panel.all_scenes.setChecked(True)
    qtbot.waitUntil(lambda: len(panel.model.rows) == 3)
    panel.all_scenes.setChecked(False)
    qtbot.waitUntil(lambda: len(panel.model.rows) == 2)


def test_the_difference_from_now_is_told(panel, sent, qtbot):
    choose(panel, 1)
    qtbot.waitUntil(lambda: "no difference" in panel.difference.toPlainText())
    sent.set_job_value("priority", 50.0)
    qtbot.waitUntil(lambda: "job.priority 50" in panel.difference.toPlainText())


def test_the_reason_of_a_failure_is_told(panel, qtbot):
    choose(panel, 0)
    qtbot.waitUntil(lambda: "is not there" in panel.difference.toPlainText())


def test_open_brings_the_request_back(panel, sent, settle, qtbot):
    before = sent.request
    sent.set_job_value("priority", 50.0)
    choose(panel, 1)
    panel.open_button.click()
    qtbot.waitUntil(lambda: sent.job_value("priority") != 50.0)
    settle(sent)
    assert [row.id for row in sent.request.rows] == [row.id for row in before.rows]


def test_open_waits_where_changes_would_be_lost(panel, sent, qtbot, told):
    sent.leave = told.append
    sent.set_job_value("priority", 50.0)
    choose(panel, 1)
    panel.open_button.click()
    qtbot.waitUntil(lambda: bool(told))
    assert sent.job_value("priority") == 50.0
    told.pop()()
    qtbot.waitUntil(lambda: sent.job_value("priority") != 50.0)


def test_resubmit_asks_and_then_sends_a_new_one(panel, tmp_path, qtbot, told):
    panel.resubmitted.connect(told.append)
    choose(panel, 1)
    panel.again_button.click()
    box = panel.findChild(QMessageBox, "resubmit_question")
    assert "submission 1" in box.text()
    next(button for button in box.buttons() if button.objectName() == "resubmit_send").click()
    qtbot.waitUntil(lambda: len(panel.model.rows) == 3, timeout=30_000)
    assert len(list((tmp_path / "jobs").iterdir())) == 2 and told[0].engine == f"folder:{tmp_path}/jobs"


def test_a_resubmission_that_fails_says_why(panel, sent, qtbot, told):
    outbox.remove(outbox.letters()[0])
    sent.failed.connect(told.append)
    panel.resubmit(panel.model.rows[0])
    qtbot.waitUntil(lambda: bool(told), timeout=30_000)
    assert "is not there" in told[0] and told[0].endswith("see Engine > Outbox")


def test_what_waits_in_the_outbox_is_not_sent_a_second_time(panel, sent, qtbot, told):
    sent.failed.connect(told.append)
    panel.resubmit(panel.model.rows[0])
    qtbot.waitUntil(lambda: bool(told), timeout=30_000)
    assert "the same job waits in the outbox" in told[0] and told[0].endswith("see Engine > Outbox")
    assert len(outbox.letters()) == 1


def test_a_submission_that_waited_says_so(panel):
    assert panel.model.index(0, OUTCOME).data().startswith("into the outbox: ")
    assert "farmsubmit outbox" not in panel.model.index(0, OUTCOME).data()


def test_the_id_of_a_job_can_be_copied(panel):
    choose(panel, 1)
    panel.copy_button.click()
    assert QApplication.clipboard().text() == panel.model.rows[1].jid
    choose(panel, 0)
    assert not panel.copy_button.isEnabled()


def test_a_scene_that_was_never_sent_says_so(qtbot, opened):
    made = HistoryPanel(opened)
    qtbot.addWidget(made)
    made.show()
    assert "never submitted" in made.empty.sentence() and made.empty.button.isVisible()


def test_a_moment_is_as_short_as_it_can_be():
    now = datetime(2026, 11, 21, 12, 0)
    moments = [datetime(2026, 11, 21, 9, 5), datetime(2026, 3, 2, 9, 5), datetime(2025, 3, 2, 9, 5)]
    assert [when_text(moment.timestamp(), now) for moment in moments] == ["09:05", "02 Mar 09:05", "2025-03-02"]
    assert when_text(1e20, now) == "?"
