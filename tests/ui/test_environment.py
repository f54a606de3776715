"""The tab of the environment: what travels and why, what stays behind, and that no secret is shown."""

from __future__ import annotations

import pytest
from qtpy.QtCore import QModelIndex, Qt
from qtpy.QtWidgets import QLineEdit

from farmsubmit.request import EnvironmentRules
from farmsubmit_ui.models.environment_model import COULD, LEFT, NAME, SET, TAKEN, VALUE, WHY, size_of
from farmsubmit_ui.panels.environment_panel import EnvironmentPanel

SECRET = "hunter2-and-more"


@pytest.fixture
def panel(qtbot, opened, monkeypatch):
    for name, value in (("OCIO", "/c.ocio"), ("MY_PASSWORD", SECRET), ("XDG_SEAT", "s"), ("UNKNOWN_TO_ALL", "u")):
        monkeypatch.setenv(name, value)
    made = EnvironmentPanel(opened)
    qtbot.addWidget(made)
    made.resize(790, 600)
    made.show()
    qtbot.waitUntil(lambda: found(made, "OCIO") is not None)
    return made


def found(panel, name):
    return panel.model.entry(panel.model.index_of(name))


def every_text(model):
    parents = [QModelIndex(), *(model.index(row, 0) for row in range(model.rowCount()))]
    cells = [model.index(row, c, p) for p in parents for row in range(model.rowCount(p)) for c in (NAME, VALUE, WHY)]
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.EditRole)
    return " ".join(str(model.data(cell, role)) for cell in cells for role in roles)


def test_each_variable_says_why_it_could_go_or_stays(panel, qtmodeltester):
    assert found(panel, "OCIO").kind == COULD and "OCIO of @pipeline" in found(panel, "OCIO").why
    assert found(panel, "XDG_SEAT").why == "it belongs to this session"
    assert found(panel, "UNKNOWN_TO_ALL").why == "environment_allow does not name it"
    qtmodeltester.check(panel.model)


def test_what_stays_behind_keeps_its_value(panel):
    assert found(panel, "MY_PASSWORD").kind == LEFT
    assert SECRET not in every_text(panel.model)


def test_taking_along_is_one_step_that_can_be_undone(panel, opened):
    panel.capture.setChecked(True)
    assert opened.request.environment.capture and found(panel, "OCIO").kind == TAKEN
    opened.undo_stack.undo()
    assert not panel.capture.isChecked() and found(panel, "OCIO").kind == COULD


def test_a_variable_is_set_and_taken_away(panel, opened):
    panel.name.setText("SHOT")
    panel.value.setText("sh010")
    panel.add_button.click()
    assert opened.request.environment.set == {"SHOT": "sh010"}
    assert found(panel, "SHOT").why == "set this time" and panel.size.text().startswith("1 travel")
    panel.view.setCurrentIndex(panel.model.index_of("SHOT"))
    panel.remove_button.click()
    assert opened.request.environment.set == {} and panel.size.text() == "nothing travels"


def test_a_name_that_cannot_be_set_says_why(panel):
    panel.name.setText("NOT A NAME")
    assert panel.name.has_problem() and not panel.add_button.isEnabled() and panel.note.text().strip()


@pytest.mark.parametrize(
    ("name", "value"), [("FTRACK_API_KEY", SECRET), ("LICENSE", f"http://bob:{SECRET}@host/")], ids=["name", "value"]
)
def test_a_secret_that_is_set_is_not_shown(panel, opened, name, value):
    opened.set_environment(EnvironmentRules({name: value}))
    assert found(panel, name).kind == SET and SECRET not in every_text(panel.model)
    panel.view.setCurrentIndex(panel.model.index_of(name))
    assert SECRET not in panel.value.text()


def test_a_secret_is_typed_unseen_and_warned_of(panel):
    panel.name.setText("MY_TOKEN")
    assert panel.value.echoMode() == QLineEdit.EchoMode.Password
    assert "whoever may read the job" in panel.note.text()


def test_a_filter_looks_at_names_and_reasons(panel):
    panel.filter.setText("belongs to this session")
    assert found(panel, "XDG_SEAT") is not None and found(panel, "OCIO") is None


def test_the_size_is_that_in_the_envkey():
    assert size_of({"A": "b"}) == len("setenv A=b") and size_of({}) == 0


def test_with_nothing_open_or_a_finished_job_it_says_so(qtbot, session, finished_job, settle):
    made = EnvironmentPanel(session)
    qtbot.addWidget(made)
    assert "Open a scene" in made.empty.sentence()
    session.open_job(finished_job)
    settle(session)
    assert "finished job" in made.empty.sentence()
