"""The tab of the checks: order, details, what a click mends, and leaving a rule out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from qtpy.QtCore import QModelIndex
from qtpy.QtWidgets import QApplication, QInputDialog

from farmsubmit.checks import Problem, Severity
from farmsubmit.lang.frames import FrameSet
from farmsubmit.settings import load_settings
from farmsubmit_ui.models.check_fixes import fix_of
from farmsubmit_ui.models.checks_model import FIX, TEXT, WHERE, ChecksModel
from farmsubmit_ui.panels.checks_panel import ChecksPanel

NOTE = Problem(Severity.NOTE, "scene", "code runs", rule="script-code")
WARNING = Problem(Severity.WARNING, "floor", "not there", "put it there", rule="missing-files", file="/a.tx")
ERROR = Problem(Severity.ERROR, "Job", "bad service", rule="bad-service", field="service")


@pytest.fixture
def panel(qtbot, opened):
    made = ChecksPanel(opened)
    qtbot.addWidget(made)
    made.resize(790, 600)
    made.show()
    return made


def show(panel, *problems):
    panel._session.problems = list(problems)
    panel._session.problems_changed.emit()


def test_groups_come_in_the_order_of_their_severity():
    model = ChecksModel()
    model.set_entries([NOTE, WARNING, ERROR, replace(WARNING, where="wall")])
    titles = [model.index(row, TEXT).data() for row in range(model.rowCount())]
    assert titles == ["1 error: nothing is sent", "2 warnings", "1 note"]


def test_a_row_says_what_where_and_what_would_be_right(qtmodeltester):
    model = ChecksModel()
    model.set_entries([WARNING, ERROR])
    qtmodeltester.check(model)
    group = model.index(1, 0)
    assert [model.index(0, column, group).data() for column in (TEXT, WHERE, FIX)] == [
        "not there",
        "floor",
        "put it there",
    ]


def test_a_filter_leaves_what_holds_all_its_words():
    model = ChecksModel()
    model.set_entries([NOTE, WARNING, ERROR])
    model.set_filter("THERE floor")
    assert model.count() == 1 and model.entry(model.index(0, 0, model.index(0, 0))) == WARNING


def test_no_problem_is_said_in_words(panel):
    show(panel)
    assert panel.pages.currentWidget() is panel.empty
    assert panel.empty.sentence() == "Nothing to complain about."


def test_with_nothing_open_it_says_what_to_do(qtbot, session):
    made = ChecksPanel(session)
    qtbot.addWidget(made)
    assert "Open a scene" in made.empty.sentence()


def test_double_click_asks_for_the_place(panel, told):
    panel.go_to.connect(told.append)
    show(panel, WARNING)
    panel.view.doubleClicked.emit(panel.view.currentIndex())
    assert told == [WARNING]


def test_a_group_leads_nowhere(panel, told):
    panel.go_to.connect(told.append)
    show(panel, WARNING)
    panel.view.doubleClicked.emit(panel.model.index(0, 0, QModelIndex()))
    assert told == []


def test_the_selected_problem_stays_selected_when_others_come(panel):
    show(panel, WARNING, NOTE)
    panel._select_again(NOTE)
    show(panel, ERROR, WARNING, NOTE)
    assert panel.selected() == NOTE
    assert panel.text.text() == "scene: code runs"


def test_copy_takes_the_hint_or_else_the_problem(panel):
    show(panel, WARNING)
    panel.copy_button.click()
    assert QApplication.clipboard().text() == "put it there"
    show(panel, NOTE)
    panel.copy_button.click()
    assert "code runs" in QApplication.clipboard().text()


def test_where_no_hint_is_known_none_is_announced(panel):
    show(panel, WARNING)
    assert panel.hint.isVisible()
    show(panel, NOTE)
    assert not panel.hint.isVisible() and panel.text.isVisible()


def test_fix_gives_an_empty_row_the_frames_of_the_scene(panel, opened):
    name = opened.rows[0].id
    opened.set_row_values([name], "frames", "5")
    show(panel, Problem(Severity.ERROR, "beauty", "no frames", rule="empty-range", row=name, field="frames"))
    assert panel.fix_button.isVisible() and "1001-1100" in panel.fix_button.text()
    panel.fix_button.click()
    assert str(opened.row_value(name, "frames")) == "1001-1100"


def test_fix_takes_only_the_frames_that_are_missing(opened, tmp_path, qtbot):
    name = opened.rows[0].id
    for frame in range(1001, 1100):
        (tmp_path / f"out.{frame}.exr").write_text("image of enough bytes")
    opened.set_row_values([name], "output", f"{tmp_path}/out.####.exr")
    fix_of(Problem(Severity.WARNING, "beauty", "", rule="overwrite", row=name), opened).apply()
    qtbot.waitUntil(lambda: str(opened.row_value(name, "frames")) == "1100")


def test_fix_sets_an_attribute_of_the_job(opened):
    fix = "put parentheses: (A, B) || C"
    fix_of(Problem(Severity.ERROR, "Job", "", fix, rule="ambiguous-service"), opened).apply()
    assert opened.job_value("service") == "(A, B) || C"


def test_fix_lets_a_range_count_up(opened):
    name = opened.rows[0].id
    opened.set_row_values([name], "frames", FrameSet.parse("10-1x3"))
    fix_of(Problem(Severity.ERROR, "beauty", "", rule="reversed-range", row=name), opened).apply()
    assert list(opened.row_value(name, "frames")) == [1, 4, 7, 10]


def test_what_a_person_must_think_about_has_no_fix(opened):
    assert fix_of(WARNING, opened) is None


def test_a_rule_is_left_out_in_the_settings_of_the_scene(panel, opened, qtbot):
    beside = Path(f"{opened.facts.path}.farmsubmit.toml")
    beside.write_text('[check_suppress]\noverwrite = "on purpose"\n')
    panel.suppress("missing-files", "baked on the farm")
    qtbot.waitUntil(lambda: "baked" in beside.read_text())
    settings = load_settings(scene=opened.facts.path, dcc="maya")
    assert settings["check_suppress"] == {"overwrite": "on purpose", "missing-files": "baked on the farm"}


def test_a_scene_from_a_file_is_checked_again_without_the_rule(qtbot, session, settle, tmp_path):
    scene = tmp_path / "comp.nk"
    scene.write_text(
        "Root {\n}\nRead {\n file /no/such/plate.%04d.exr\n name Read1\n}\nWrite {\n file /o/a.%04d.exr\n}\n"
    )
    session.open(scene)
    settle(session)
    made = ChecksPanel(session)
    qtbot.addWidget(made)
    assert "missing-files" in {problem.rule for problem in session.problems}
    made.suppress("missing-files", "it comes later")
    qtbot.waitUntil(lambda: "missing-files" not in {problem.rule for problem in session.problems}, timeout=30_000)
    settle(session)
    assert "missing-files" in made.summary.text()


def test_without_a_reason_nothing_is_left_out(panel, opened, told):
    opened.failed.connect(told.append)
    panel.suppress("missing-files", "")
    assert told and "write why" in told[0]


def test_leave_out_asks_why(panel, qtbot):
    show(panel, WARNING)
    panel.suppress_button.click()
    dialog = panel.findChild(QInputDialog, "suppress_reason")
    assert "missing-files" in dialog.labelText()
    dialog.reject()
