"""The card of the job over a real session: values go there at once, mistakes stay here, policies hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, List

import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QCheckBox, QComboBox

from farmsubmit.author.elements import Job
from farmsubmit.lang.servicekey import Blade
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit_ui import style
from farmsubmit_ui.panels.job_panel import JobPanel
from farmsubmit_ui.session import Session

Settle = Callable[[Session], None]

POLICY = """
priority = 50

[policy.priority]
max = 100
reason = "the farm is shared"

[policy."job.tier"]
choices = ["day", "night"]

[policy."job.title"]
lock = true
reason = "the pipeline names jobs"

[policy."job.metadata"]
hide = true

[policy.comment]
require = true
"""


def shown(session: Session, qtbot: Any) -> JobPanel:
    panel = JobPanel(session)
    qtbot.addWidget(panel)
    style.apply_style(panel, "dark")
    return panel


@pytest.fixture
def panel(opened: Session, qtbot: Any) -> JobPanel:
    return shown(opened, qtbot)


@pytest.fixture
def ruled(
    session: Session, maya_facts: SceneFacts, settle: Settle, qtbot: Any, tmp_path: Path, monkeypatch: Any
) -> JobPanel:
    """The panel of a session whose site has policies."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "settings.toml").write_text(POLICY)
    monkeypatch.setenv("FARMSUBMIT_SITE", str(site))
    session.open_facts(maya_facts)
    settle(session)
    return shown(session, qtbot)


def write(panel: JobPanel, name: str, text: str, qtbot: Any) -> None:
    edit = panel.fields[name].editor.focus
    edit.selectAll()
    qtbot.keyClick(edit, Qt.Key.Key_Delete)
    qtbot.keyClicks(edit, text)


def test_with_nothing_open_nothing_can_be_typed(session: Session, qtbot: Any) -> None:
    panel = shown(session, qtbot)
    assert not panel.isEnabled() and panel.problems() == []


def test_the_title_is_what_the_job_will_be_called(panel: JobPanel) -> None:
    assert panel.fields["title"].editor.focus.text() == "sq02_sh010_lighting_v012"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("title", "my shot", "my shot"),
        ("priority", "75.5", 75.5),
        ("maxactive", "40", 40),
        ("afterjids", "18231 18240", [18231, 18240]),
        ("comment", "for the review", "for the review"),
        ("tier", "day", "day"),
        ("metadata", "{}", "{}"),
    ],
)
def test_what_is_typed_goes_to_session_and_job(panel: JobPanel, name: str, text: str, value: Any, qtbot: Any) -> None:
    session = panel._session
    write(panel, name, text, qtbot)
    assert session.job_value(name) == value
    assert vars(session.job)[name] == value
    assert panel.problems() == []


def test_the_service_goes_there_when_it_is_right(panel: JobPanel, qtbot: Any) -> None:
    qtbot.keyClicks(panel.service.line, "Linux && ")
    assert panel._session.job_value("service") == "Linux"
    assert panel.problems() == [f"Service: {panel.service.note.text()}"]
    qtbot.keyClicks(panel.service.line, "a")
    assert panel._session.job_value("service") == "Linux && a"
    assert panel.problems() == []


def test_words_and_flags_go_there_too(panel: JobPanel, qtbot: Any) -> None:
    qtbot.keyClicks(panel.fields["tags"].editor.focus, "arnold license-a ")
    panel.findChild(QCheckBox, "job_paused").click()
    assert panel._session.job_value("tags") == ["arnold", "license-a"]
    assert panel._session.job_value("paused") is True


def test_what_is_no_value_stays_in_the_field_and_the_job_keeps_its_own(panel: JobPanel, qtbot: Any) -> None:
    told: List[Any] = []
    panel.validity_changed.connect(lambda: told.append(panel.problems()))
    write(panel, "priority", "50", qtbot)
    write(panel, "priority", "high", qtbot)
    panel._session.set_job_value("comment", "another change")
    assert panel.fields["priority"].editor.focus.property("text") == "high"
    assert panel._session.job_value("priority") is None
    assert told[-1] == panel.problems() and "Priority: 'high' is not a number" in panel.problems()[0]


def test_undo_comes_back_into_the_field(panel: JobPanel, qtbot: Any) -> None:
    write(panel, "comment", "a", qtbot)
    panel._session.undo_stack.undo()
    assert panel.fields["comment"].editor.focus.text() == ""


def test_an_empty_title_is_the_one_of_the_settings_and_stays_empty_while_typing(panel: JobPanel, qtbot: Any) -> None:
    write(panel, "title", "", qtbot)
    edit = panel.fields["title"].editor.focus
    assert edit.text() == ""
    assert edit.placeholderText() == panel._session.job_value("title") == "sq02_sh010_lighting_v012"


def test_a_changed_value_is_marked_and_can_be_taken_back(panel: JobPanel, qtbot: Any) -> None:
    write(panel, "priority", "75", qtbot)
    mark = panel.fields["priority"].mark
    assert mark.is_changed() and "this time" in mark.toolTip()
    mark.reset_requested.emit()
    assert not mark.is_changed()
    assert panel.fields["priority"].editor.focus.text() == ""


def test_taking_back_clears_what_was_typed_wrong(panel: JobPanel, qtbot: Any) -> None:
    write(panel, "maxactive", "x", qtbot)
    panel.fields["maxactive"].mark.reset_requested.emit()
    assert panel.problems() == [] and panel.fields["maxactive"].editor.focus.text() == ""


def test_values_of_variables_are_not_shown_for_they_may_be_secret(panel: JobPanel) -> None:
    from qtpy.QtWidgets import QLabel

    panel._session.set_job_value("envkey", ["maya2026", "setenv TOKEN=hunter2 A=1"])
    texts = [label.text() for label in panel.fields["envkey"].cell.findChildren(QLabel)]
    assert "setenv TOKEN A" in texts and not any("hunter2" in text for text in texts)


def test_more_folds_out_and_a_hidden_field_is_found(panel: JobPanel) -> None:
    assert panel.fields["comment"].cell.isVisibleTo(panel) is False
    panel.show_field("comment")
    assert panel.fields["comment"].cell.isVisibleTo(panel) is True
    panel.more_button.click()
    assert panel.fields["comment"].cell.isVisibleTo(panel) is False


def test_blades_of_the_engine_are_counted(panel: JobPanel, qtbot: Any) -> None:
    panel.set_known(["Linux"])
    panel.set_blades([Blade("a", provides=("Linux",)), Blade("b")])
    qtbot.keyClicks(panel.service.line, "Linux")
    qtbot.waitUntil(lambda: "1 of 2" in panel.service.note.text())


# --- policies


def test_a_locked_field_cannot_be_typed_in_and_says_why(ruled: JobPanel, qtbot: Any) -> None:
    assert ruled.fields["title"].editor.focus.isReadOnly()
    qtbot.keyClicks(ruled.fields["title"].editor.focus, "x")
    assert ruled._session.job_value("title") == "sq02_sh010_lighting_v012"
    assert "the pipeline names jobs" in ruled.fields["title"]._lock.toolTip()


def test_a_hidden_field_is_not_there(ruled: JobPanel) -> None:
    ruled.more_button.click()
    assert not ruled.fields["metadata"].cell.isVisibleTo(ruled)
    assert ruled.fields["comment"].cell.isVisibleTo(ruled)


def test_choices_are_a_box(ruled: JobPanel) -> None:
    box = ruled.fields["tier"].editor.widget
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findText("night"))
    box.activated.emit(box.currentIndex())
    assert ruled._session.job_value("tier") == "night"


def test_a_value_over_the_limit_is_told_with_the_reason_and_taken_all_the_same(ruled: JobPanel, qtbot: Any) -> None:
    write(ruled, "priority", "500", qtbot)
    assert ruled.fields["priority"].problem() == "priority = 500 is above 100: the farm is shared"
    assert ruled._session.job_value("priority") == 500


def test_a_required_value_that_is_missing_is_told(ruled: JobPanel, qtbot: Any) -> None:
    assert ruled.fields["comment"].problem() == "comment is required"
    write(ruled, "comment", "why", qtbot)
    assert ruled.fields["comment"].problem() == ""


@pytest.mark.parametrize(("value", "word"), [("50", "normal"), ("60", "higher"), ("40", "lower")])
def test_a_priority_says_what_it_means(ruled: JobPanel, value: str, word: str, qtbot: Any) -> None:
    write(ruled, "priority", value, qtbot)
    assert ruled._priority.meaning.text() == word


# --- a finished job


def test_a_finished_job_can_be_changed_as_well(session: Session, finished_job: Job, settle: Settle, qtbot: Any) -> None:
    panel = shown(session, qtbot)
    session.open_job(finished_job)
    settle(session)
    assert panel.fields["title"].editor.focus.text() == "plain"
    write(panel, "priority", "20", qtbot)
    assert finished_job.priority == 20


def test_every_field_has_a_name_for_tests_and_for_who_does_not_see_it(panel: JobPanel) -> None:
    for name, field in panel.fields.items():
        assert field.editor.focus.objectName().startswith(f"job_{name}")
        assert field.editor.focus.accessibleName()
