"""The field for a service expression: judged while it is typed, with the blades that match now."""

from __future__ import annotations

from typing import Any, List

import pytest

from farmsubmit.lang.servicekey import Blade, parse
from farmsubmit_ui import style
from farmsubmit_ui.panels.service_edit import Matching, ServiceEdit, ServiceEditor, matching_blades

BLADES = [
    Blade("rack-1", provides=("PixarRender", "Linux"), metrics={"mem": 64}),
    Blade("rack-2", provides=("PixarRender", "Linux"), metrics={"mem": 8}),
    Blade("rack-3", provides=("PixarRender", "Windows"), metrics={"mem": 4}),
]


@pytest.fixture
def edit(qtbot: Any) -> ServiceEdit:
    made = ServiceEdit("service", "Service", "empty: every blade may run it")
    qtbot.addWidget(made)
    style.apply_style(made, "dark")
    return made


def note(edit: ServiceEdit) -> Any:
    return edit.note.text(), edit.note.property("role")


def test_blades_are_counted_and_the_reasons_of_the_others_too() -> None:
    found = matching_blades(parse("Linux && @.mem > 16"), BLADES)
    assert found == Matching(1, 3, (("@.mem > 16", 2), ("does not provide 'Linux'", 1)))


def test_a_right_expression_is_told_so(edit: ServiceEdit) -> None:
    edit.set_text("Linux && @.mem > 16")
    assert note(edit) == ("✓ valid", "done")


def test_a_mistake_is_told_with_its_column_and_what_would_be_right(edit: ServiceEdit) -> None:
    edit.set_text("Linux && @.memory > 16")
    assert edit.note.text().startswith("column 10: ") and "did you mean '@.mem'" in edit.note.text()
    assert edit.note.property("role") == "failed"
    assert edit.line.property("invalid") == "true"


def test_an_empty_expression_says_what_that_means(edit: ServiceEdit) -> None:
    assert note(edit) == ("empty: every blade may run it", "dim")


def test_the_room_of_the_note_is_there_even_where_nothing_is_said(qtbot: Any) -> None:
    edit = ServiceEdit("service", "Service")
    qtbot.addWidget(edit)
    assert not edit.note.isHidden() and edit.note.text() == " "


def test_matching_blades_are_told_and_why_not_the_others(edit: ServiceEdit, qtbot: Any) -> None:
    edit.set_blades(BLADES)
    edit.set_text("Linux && @.mem > 16")
    qtbot.waitUntil(lambda: "blades" in edit.note.text())
    assert note(edit) == ("✓ valid · 1 of 3 blades match now", "done")
    assert edit.note.toolTip().splitlines() == ["2 do not match:", "2 × @.mem > 16", "1 × does not provide 'Linux'"]


def test_an_expression_that_no_blade_matches_is_a_warning(edit: ServiceEdit, qtbot: Any) -> None:
    edit.set_blades(BLADES)
    edit.set_text("macOS")
    qtbot.waitUntil(lambda: "none" in edit.note.text())
    assert note(edit) == ("valid, but none of 3 blades matches now", "warning")


def test_a_late_count_of_an_older_expression_is_dropped(edit: ServiceEdit, qtbot: Any) -> None:
    edit.set_blades(BLADES)
    edit.set_text("Linux")
    edit.set_text("Linux &&")
    qtbot.wait(50)
    assert edit.note.text().startswith("column")


def test_a_key_that_nobody_knows_is_doubted(edit: ServiceEdit) -> None:
    edit.set_known(["PixarRender", "Linux"])
    edit.set_text("Linx")
    assert note(edit) == ("valid, but no blade is known to provide 'Linx'; did you mean 'Linux'?", "warning")
    edit.set_text('LINUX || "rack-*"')
    assert edit.note.property("role") == "done"


def test_a_doubtful_order_of_operators_is_told(edit: ServiceEdit) -> None:
    edit.set_text("a, b || c")
    assert "parentheses" in edit.note.text() and edit.note.property("role") == "warning"


def test_what_a_policy_has_against_it_comes_first(edit: ServiceEdit) -> None:
    edit.set_text("Linux")
    edit.set_problem("service is not one of PixarRender")
    assert note(edit) == ("service is not one of PixarRender", "failed")
    edit.set_problem("")
    assert note(edit) == ("✓ valid", "done")


def test_right_and_wrong_texts_are_told(edit: ServiceEdit, qtbot: Any) -> None:
    texts: List[str] = []
    edit.edited.connect(texts.append)
    qtbot.keyClicks(edit.line, "a&")
    assert texts == ["a", "a&"]


def test_the_editor_of_a_form_refuses_what_is_wrong(edit: ServiceEdit) -> None:
    editor = ServiceEditor(edit)
    editor.show("Linux")
    assert editor.read() == "Linux"
    editor.show(None)
    assert editor.read() is None
    edit.set_text("Linux ||")
    with pytest.raises(ValueError, match="column 9"):
        editor.read()


def test_a_locked_one_is_read_only(edit: ServiceEdit, qtbot: Any) -> None:
    ServiceEditor(edit).set_locked(True)
    qtbot.keyClicks(edit.line, "abc")
    assert edit.text() == ""
