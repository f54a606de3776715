"""The small widgets that all panels share."""

from __future__ import annotations

from typing import Any, List

import pytest
from qtpy.QtCore import QPoint, QRect, QSize, Qt
from qtpy.QtGui import QContextMenuEvent, QStandardItemModel
from qtpy.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from farmsubmit.settings import Rule
from farmsubmit_ui import style, widgets
from farmsubmit_ui.widgets.editors import ChoiceEditor, TextEditor, WordsEditor
from farmsubmit_ui.widgets.expression import ExpressionEdit, mistake, underlined
from farmsubmit_ui.widgets.fields import Field, problems_of
from farmsubmit_ui.widgets.numberedit import NumberEdit
from farmsubmit_ui.widgets.tables import CardTable
from farmsubmit_ui.widgets.values import read_text, show_text


@pytest.fixture
def window(qtbot: Any) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    style.apply_style(made, "dark")
    QVBoxLayout(made)
    made.resize(400, 200)
    made.show()
    return made


def placed(window: QWidget, widget: Any) -> Any:
    window.layout().addWidget(widget)
    QApplication.processEvents()
    return widget


# --- labels and cards


def test_a_label_shows_text_and_never_markup(qapp: Any) -> None:
    assert widgets.label("<b>x</b>").textFormat() == Qt.TextFormat.PlainText
    assert widgets.Chip("<b>x</b>").textFormat() == Qt.TextFormat.PlainText


def test_a_text_too_long_is_cut_and_stands_whole_in_the_tooltip(window: QWidget) -> None:
    label = placed(window, widgets.ElidedLabel("/a/very/long/path" * 20))
    assert "…" in label.text()
    assert label.toolTip() == label.whole_text() == "/a/very/long/path" * 20
    label.set_text("short")
    assert (label.text(), label.toolTip()) == ("short", "")


def test_a_note_keeps_its_room_only_where_asked(window: QWidget) -> None:
    kept, free = placed(window, widgets.Note(keeps_room=True)), placed(window, widgets.Note())
    assert not kept.isHidden() and free.isHidden()
    free.say("wrong", "failed")
    assert (free.text(), free.property("role"), free.isHidden()) == ("wrong", "failed", False)


def test_a_dot_tells_its_state_to_a_screen_reader(qapp: Any) -> None:
    dot = widgets.StateDot("done")
    dot.set_state("failed", "does not answer")
    assert (dot.state(), dot.accessibleName(), dot.toolTip()) == ("failed", "failed", "does not answer")


def test_a_dot_is_painted_in_the_colour_of_its_state(window: QWidget) -> None:
    dot = placed(window, widgets.StateDot("failed"))
    image = dot.grab().toImage()
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    assert middle.name() == style.tokens("dark").failed_fill


def test_a_badge_says_which_dcc(qapp: Any) -> None:
    badge = widgets.DccBadge("maya")
    assert badge.accessibleName() == "maya"
    badge.set_dcc("")
    assert badge.accessibleName() == "no scene"


def test_a_card_shows_a_count_where_there_is_one(window: QWidget) -> None:
    card = placed(window, widgets.Card("Layers"))
    assert card.badge.isHidden()
    card.set_count("3 of 4")
    assert (card.title.text(), card.badge.text(), card.badge.isHidden()) == ("LAYERS", "3 of 4", False)


def test_an_empty_state_says_why_and_offers_what_mends_it(window: QWidget) -> None:
    empty = placed(window, widgets.EmptyState("check", "Nothing to complain about"))
    assert empty.button.isHidden()
    empty.set_sentence("No maps", "map")
    assert empty.sentence() == "No maps"


# --- layouts


def test_a_flow_goes_on_in_the_next_line(window: QWidget) -> None:
    box = placed(window, QWidget())
    flow = widgets.FlowLayout(box, gap=4)
    for _ in range(3):
        label = QLabel()
        label.setFixedSize(100, 20)
        flow.addWidget(label)
    QApplication.processEvents()
    assert flow.heightForWidth(400) == 20
    assert flow.heightForWidth(210) == 44
    flow.setGeometry(QRect(0, 0, 210, 60))
    assert [flow.itemAt(place).geometry().topLeft() for place in range(3)] == [
        QPoint(0, 0),
        QPoint(104, 0),
        QPoint(0, 24),
    ]
    assert flow.itemAt(3) is None and flow.takeAt(3) is None


# --- buttons


def test_an_icon_button_has_a_name_for_who_does_not_see_it(qapp: Any) -> None:
    button = widgets.IconButton("up", "Move up", "move_up", "Alt+Up")
    assert (button.accessibleName(), button.toolTip()) == ("Move up", "Move up (Alt+Up)")
    assert not button.icon().isNull()


def test_a_mark_shows_a_dot_only_for_a_changed_value(window: QWidget) -> None:
    mark = placed(window, widgets.OriginMark("Title"))
    mark.set_origin("user: /home/x.toml", False)
    assert "user: /home/x.toml" in mark.toolTip() and "Reset" not in mark.toolTip()
    mark.set_origin("this time", True, "50")
    assert "Reset to 50" in mark.toolTip()


@pytest.mark.parametrize("target", ["mark", "field"])
def test_the_menu_of_mark_and_field_can_take_a_value_back(window: QWidget, qtbot: Any, target: str) -> None:
    mark, edit = placed(window, widgets.OriginMark("Title")), placed(window, QLineEdit())
    mark.watch(edit)
    mark.set_origin("this time", True)
    asked: List[bool] = []
    mark.reset_requested.connect(lambda: asked.append(True))
    widget = mark if target == "mark" else edit
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(1, 1), widget.mapToGlobal(QPoint(1, 1)))
    QApplication.sendEvent(widget, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.actions()[-1].trigger()
    menu.close()
    assert asked == [True]


# --- words


def typed(edit: Any, text: str, qtbot: Any) -> None:
    qtbot.keyClicks(edit.edit, text)


def test_a_blank_or_comma_ends_a_word_and_backspace_takes_it_back(window: QWidget, qtbot: Any) -> None:
    chips = placed(window, widgets.ChipEdit("tags", "Tags"))
    told: List[Any] = []
    chips.words_changed.connect(told.append)
    typed(chips, "arnold nuke,", qtbot)
    assert chips.words() == ["arnold", "nuke"] == told[-1]
    qtbot.keyClick(chips.edit, Qt.Key.Key_Backspace)
    assert chips.words() == ["arnold"] == told[-1]


def test_a_word_stands_once_and_setting_words_tells_nobody(window: QWidget, qtbot: Any) -> None:
    chips = placed(window, widgets.ChipEdit("tags"))
    told: List[Any] = []
    chips.words_changed.connect(told.append)
    chips.set_words(["a", "b", "a"])
    typed(chips, "b ", qtbot)
    assert chips.words() == ["a", "b"] and not told


def test_what_is_typed_counts_when_the_field_is_left(window: QWidget, qtbot: Any) -> None:
    chips, other = placed(window, widgets.ChipEdit("tags")), placed(window, QLineEdit())
    chips.edit.setFocus()
    typed(chips, "late", qtbot)
    other.setFocus()
    QApplication.processEvents()
    chips.edit.editingFinished.emit()
    assert chips.words() == ["late"]


def test_a_chip_with_blanks_ends_with_enter_only(window: QWidget, qtbot: Any) -> None:
    chips = placed(window, widgets.ChipEdit("envkey", has_blanks=True, shown=lambda word: word[:6]))
    typed(chips, "setenv A=1", qtbot)
    assert chips.words() == []
    qtbot.keyClick(chips.edit, Qt.Key.Key_Return)
    assert chips.words() == ["setenv A=1"]
    assert [label.text() for label in chips.findChildren(QLabel)] == ["setenv"]


def test_the_cross_of_a_chip_takes_it_away_unless_locked(window: QWidget, qtbot: Any) -> None:
    chips = placed(window, widgets.ChipEdit("tags"))
    chips.set_words(["a", "b"])
    cross = chips.findChildren(widgets.IconButton)[0]
    cross.click()
    assert chips.words() == ["b"]
    chips.set_locked(True)
    assert chips.edit.isHidden() and all(button.isHidden() for button in chips.findChildren(widgets.IconButton)[-1:])


# --- numbers


@pytest.mark.parametrize(("key", "after"), [("Key_Up", "51"), ("Key_Down", "49"), ("Key_PageUp", "60")])
def test_keys_step_a_number(window: QWidget, qtbot: Any, key: str, after: str) -> None:
    number = placed(window, NumberEdit("priority"))
    number.set_text("50")
    qtbot.keyClick(number.edit, getattr(Qt.Key, key))
    assert number.text() == after


def test_what_is_no_number_stays_as_it_was_typed(window: QWidget, qtbot: Any) -> None:
    number = placed(window, NumberEdit("priority"))
    qtbot.keyClicks(number.edit, "fast")
    number.step_by(1)
    assert number.text() == "fast"


def test_a_locked_number_does_not_step(window: QWidget, qtbot: Any) -> None:
    number = placed(window, NumberEdit("priority"))
    number.set_text("5")
    number.set_locked(True)
    qtbot.keyClick(number.edit, Qt.Key.Key_Up)
    assert number.text() == "5"


# --- values


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("title", " shot ", "shot"),
        ("title", " ", None),
        ("priority", "2.5", 2.5),
        ("maxactive", "40", 40),
        ("afterjids", "18231, 18240", [18231, 18240]),
        ("afterjids", "", None),
    ],
)
def test_a_text_is_read_as_the_job_keeps_it(name: str, text: str, value: Any) -> None:
    assert read_text(name, text) == value


@pytest.mark.parametrize(
    ("name", "text"), [("priority", "fast"), ("priority", "nan"), ("maxactive", "-1"), ("afterjids", "x")]
)
def test_a_text_that_is_no_value_is_refused_in_a_sentence(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"{text!r} is not .*such as|{text!r} is not a whole number"):
        read_text(name, text)


@pytest.mark.parametrize(("value", "text"), [(100.0, "100"), (2.5, "2.5"), ([1, 2], "1 2"), (None, ""), ("a", "a")])
def test_a_value_is_shown_as_people_write_it(value: Any, text: str) -> None:
    assert show_text(value) == text


# --- fields


@pytest.fixture
def field(window: QWidget) -> Field:
    edit = widgets.TextEdit("job_maxactive", "Max active")
    made = Field("maxactive", "&Max active", TextEditor(edit, lambda text: read_text("maxactive", text)), window)
    window.layout().addWidget(made.cell)
    return made


def type_in(field: Field, text: str, qtbot: Any) -> None:
    field.editor.focus.clear()
    qtbot.keyClicks(field.editor.focus, text)


def test_a_field_tells_values_and_keeps_what_is_none(field: Field, qtbot: Any) -> None:
    values: List[Any] = []
    field.edited.connect(values.append)
    type_in(field, "4x", qtbot)
    assert values == [4]
    assert field.editor.focus.text() == "4x" and "'4x' is not" in field.problem()
    assert problems_of([field]) == [f"Max active: {field.problem()}"]


def test_a_wrong_text_survives_the_next_refresh_but_not_a_reset(field: Field, qtbot: Any) -> None:
    field.show(7)
    type_in(field, "x", qtbot)
    field.show(7)
    assert field.editor.focus.text() == "x"
    field.show(7, again=True)
    assert (field.editor.focus.text(), field.problem()) == ("7", "")


def test_what_is_typed_is_not_replaced_by_what_the_session_makes_of_it(field: Field, qtbot: Any) -> None:
    field.edited.connect(lambda value: field.show(value or 99))
    type_in(field, "5", qtbot)
    qtbot.keyClick(field.editor.focus, Qt.Key.Key_Backspace)
    assert field.editor.focus.text() == ""


def test_a_locked_field_is_read_only_and_says_why(field: Field) -> None:
    field.set_rule(Rule(locked=True, reason="the show decides", origin="show: /s.toml"))
    assert field.editor.focus.isReadOnly()
    lock = field.cell.findChild(QLabel, "")
    tips = [label.toolTip() for label in field.cell.findChildren(QLabel)]
    assert lock is not None and "Locked by show: /s.toml: the show decides" in tips


def test_a_hidden_field_is_hidden(field: Field) -> None:
    field.set_rule(Rule(hidden=True))
    assert field.cell.isHidden() and field.label.isHidden() and field.mark.isHidden()


def test_choices_make_a_box_that_keeps_a_value_outside_of_them(field: Field) -> None:
    field.show(7)
    field.set_rule(Rule(choices=(10, 20)))
    box = field.editor.widget
    assert isinstance(box, QComboBox)
    assert [box.itemText(place) for place in range(box.count())] == ["(none)", "10", "20", "7"]
    assert box.currentText() == "7"
    field.set_rule(Rule())
    assert field.editor.focus.text() == "7"


def test_a_choice_is_told_and_none_of_them_is_nothing(field: Field) -> None:
    field.set_rule(Rule(choices=(10, 20)))
    values: List[Any] = []
    field.edited.connect(values.append)
    box = field.editor.widget
    for place in (2, 0):
        box.setCurrentIndex(place)
        box.activated.emit(place)
    assert values == [20, None]


def test_a_choice_of_a_list_is_a_list(qapp: Any) -> None:
    editor = ChoiceEditor(QComboBox(), ["a", "b"], is_list=True)
    editor.show(["b"])
    assert editor.read() == ["b"]


def test_no_words_are_no_value(qapp: Any) -> None:
    editor = WordsEditor(widgets.ChipEdit("tags"))
    assert editor.read() is None
    editor.show(["a"])
    assert editor.read() == ["a"]


# --- expressions


@pytest.mark.parametrize(
    ("text", "place"), [("a && ", (2, 2)), ("a || || b", (5, 2)), ("(a", (0, 1)), ("a @.mem", (2, 5)), ("&", (0, 1))]
)
def test_the_mistake_of_an_expression_is_underlined(text: str, place: Any) -> None:
    error = mistake(text)
    assert error is not None
    assert underlined(text, error.position) == place


def test_a_right_expression_has_no_mistake() -> None:
    assert mistake("PixarRender && (Linux || macOS) && @.mem > 16") is None


def colours(edit: ExpressionEdit) -> dict[str, str]:
    block = edit.document().firstBlock()
    layout, text = block.layout(), edit.text()
    formats = layout.formats()
    return {text[one.start : one.start + one.length]: one.format.foreground().color().name() for one in formats}


def test_names_operators_and_numbers_have_their_colours(window: QWidget) -> None:
    edit = placed(window, ExpressionEdit("service"))
    edit.set_text("Linux && @.mem > 16")
    tokens = style.tokens("dark")
    wanted = {"Linux": tokens.name, "&&": tokens.operator, "@.mem": tokens.name, ">": tokens.operator}
    assert colours(edit) == {**wanted, "16": tokens.number}


def test_an_expression_is_one_line_whatever_is_typed_or_pasted(window: QWidget, qtbot: Any) -> None:
    edit = placed(window, ExpressionEdit("service"))
    entered: List[bool] = []
    edit.entered.connect(lambda: entered.append(True))
    QApplication.clipboard().setText("Linux ||\n  macOS\n")
    edit.paste()
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert (edit.text(), entered) == ("Linux || macOS", [True])


def test_known_keys_and_metrics_are_offered_and_put_in_place_of_the_word(window: QWidget, qtbot: Any) -> None:
    edit = placed(window, ExpressionEdit("service"))
    edit.set_known(["PixarRender", "PixarNRM", "Linux"])
    qtbot.keyClicks(edit, "Linux && pixar")
    assert edit.offered() == ["PixarNRM", "PixarRender"]
    edit.complete("PixarRender")
    assert edit.text() == "Linux && PixarRender"
    qtbot.keyClicks(edit, " && @.m")
    assert edit.offered() == ["@.mem"]


def test_the_text_is_told_once_for_each_change(window: QWidget, qtbot: Any) -> None:
    edit = placed(window, ExpressionEdit("service"))
    texts: List[str] = []
    edit.text_edited.connect(texts.append)
    edit.set_text("Linux")
    qtbot.keyClicks(edit, "x")
    assert texts == ["xLinux"]


def test_a_search_field_is_emptied_by_escape(window: QWidget, qtbot: Any) -> None:
    edit = placed(window, widgets.SearchEdit("filter", "Filter…"))
    edit.setFocus()
    qtbot.keyClicks(edit, "abc")
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.text() == ""


# --- tables


def test_a_column_gives_way_to_the_wide_one_and_comes_back(window: QWidget) -> None:
    table = placed(window, CardTable("table", "Table"))
    table.setModel(QStandardItemModel(2, 2, table))
    table.horizontalHeader().resizeSection(0, 200)
    table.set_wide_column(1, 150)
    table.set_giving_column(0, 80)
    narrow, wide = QSize(260, 120), QSize(700, 120)
    table.resize(narrow)
    assert 80 <= table.columnWidth(0) < 200 and table.columnWidth(1) == 150
    table.resize(wide)
    assert table.columnWidth(0) == 200 and table.columnWidth(1) > 150


def test_what_is_typed_has_room_and_an_empty_place_needs_none(window: QWidget) -> None:
    edit = placed(window, widgets.ChipEdit("tags", "Tags"))
    empty = edit.edit.minimumWidth()
    edit.edit.setText("a long word")
    assert edit.edit.minimumWidth() > empty
    edit.edit.clear()
    assert edit.edit.minimumWidth() == empty
