"""The two styles: contrast, one template, icons that take their colour, and nothing left in a default grey."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from qtpy.QtGui import QAction, QColor
from qtpy.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget

from farmsubmit import files
from farmsubmit_ui import style
from farmsubmit_ui.style.tokens import STYLES, Tokens

GROUNDS = ("window", "bar", "panel", "field", "over", "tooltip")
TEXTS = ("text", "strong", "dim", "done", "active", "warning", "failed", "link")
PAIRS = [
    *product(TEXTS, GROUNDS),
    *product(("name", "operator", "number"), ("window", "panel", "field")),
    *product(("text", "strong", "done", "active", "warning", "failed"), ("selected",)),
    *product(("on_primary",), ("primary", "primary_over")),
    *product(("text", "strong"), ("button", "button_over")),
    ("chip_text", "chip"),
]
BADGES = ("maya", "nuke", "katana", "blender", "usd", "none")
WIDGETS = (
    *("QMainWindow", "QDialog", "QMessageBox", "QLabel", "QToolTip", "QLineEdit", "QAbstractSpinBox", "QComboBox"),
    *("QPlainTextEdit", "QTextEdit", "QCheckBox", "QRadioButton", "QPushButton", "QToolButton", "QTabBar", "QSplitter"),
    *("QTableView", "QTreeView", "QListView", "QHeaderView", "QMenuBar", "QMenu", "QScrollBar", "QProgressBar"),
    *("QSlider", "QStatusBar", "QGroupBox", "QGraphicsView", "QTableCornerButton"),
)


@pytest.fixture(autouse=True)
def plain(qapp: Any) -> Any:
    """Leave the application as it was."""
    before = qapp.palette(), qapp.font()
    yield
    qapp.setStyleSheet("")
    qapp.setPalette(before[0])
    qapp.setFont(before[1])
    style.apply_style(QWidget(), "dark")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(name: str, text: str, ground: str) -> None:
    tokens = style.tokens(name)
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("dcc", BADGES)
def test_the_letter_of_a_dcc_can_be_read(name: str, dcc: str) -> None:
    tokens = style.tokens(name)
    assert contrast(tokens.on_badge, tokens.badge(dcc)) >= 4.5


@pytest.mark.parametrize("name", STYLES)
def test_marks_of_checks_and_focus_stand_out(name: str) -> None:
    tokens = style.tokens(name)
    assert contrast(tokens.on_primary, tokens.primary) >= 3
    assert contrast(tokens.accent, tokens.field) >= 3


@pytest.mark.parametrize("name", STYLES)
def test_every_token_is_a_colour(name: str) -> None:
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in style.tokens(name).colours().values())


def test_a_state_has_a_colour_as_text_and_as_area_and_an_unknown_one_is_dim() -> None:
    tokens = style.tokens("dark")
    assert (tokens.state("failed"), tokens.state_fill("failed")) == (tokens.failed, tokens.failed_fill)
    assert tokens.state("waiting") == tokens.state_fill("waiting") == tokens.dim
    assert tokens.badge("houdini") == tokens.badge_none


@pytest.mark.parametrize("name", STYLES)
def test_the_template_is_filled(name: str) -> None:
    sheet = style.style_sheet(name)
    assert "$" not in sheet
    assert all(f"{widget}" in sheet for widget in WIDGETS)


@pytest.mark.parametrize("name", STYLES)
def test_the_images_of_the_style_sheet_are_shipped_and_have_only_colours_of_the_style(name: str) -> None:
    paths = {Path(path) for path in re.findall(r'url\("([^"]+)"\)', style.style_sheet(name))}
    colours = {*style.tokens(name).colours().values(), "none"}
    assert paths
    for path in paths:
        assert set(re.findall(r'(?:stroke|fill)="(#\w+|none)"', path.read_text(encoding="utf-8"))) <= colours


def test_no_colour_stands_in_the_template_itself() -> None:
    text = files.shipped("resources", "styles", "farmsubmit.qss").read_text(encoding="utf-8")
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(", text)


def test_zoom_scales_lengths_but_never_below_a_line() -> None:
    assert "border-radius: 14px" in style.style_sheet("dark", 2.0)
    assert "border: 1px" in style.style_sheet("dark", 0.5)


def test_the_style_of_an_application_is_that_of_its_palette(qapp: Any) -> None:
    style.apply_style(qapp, "light")
    assert style.current().style == "light"
    assert qapp.palette().window().color() == QColor(style.tokens("light").window)
    assert style.system_style() == "light"


def test_the_style_of_one_window_leaves_the_host_alone(qapp: Any, qtbot: Any) -> None:
    before = qapp.palette().window().color()
    window = QWidget()
    qtbot.addWidget(window)
    style.apply_style(window, "light")
    assert window.palette().window().color() == QColor(style.tokens("light").window)
    assert qapp.palette().window().color() == before
    assert qapp.styleSheet() == ""


def test_measures_follow_the_zoom(qtbot: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    style.apply_style(window, "dark", 2.0)
    assert (style.px(24), style.scale()) == (48, 2.0)
    style.apply_style(window, "dark")
    assert style.px(24) == 24


def test_a_widget_is_told_that_the_style_changed(qtbot: Any) -> None:
    class Told(QLabel):
        times = 0

        def style_changed(self) -> None:
            self.times += 1

    window = QWidget()
    qtbot.addWidget(window)
    child = Told(window)
    style.apply_style(window, "light")
    assert child.times == 1


# --- icons


def pixels(icon: Any, mode: Any = None) -> set[str]:
    from qtpy.QtGui import QIcon

    image = icon.pixmap(32, 32, mode or QIcon.Mode.Normal).toImage()
    solid = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {colour.name() for colour in solid if colour.alpha() == 255}


@pytest.mark.parametrize("name", style.icon_names())
def test_an_icon_has_one_line_weight_on_a_grid_of_16_and_takes_its_colour(name: str) -> None:
    text = files.shipped("resources", "icons", f"{name}.svg").read_text(encoding="utf-8")
    assert 'viewBox="0 0 16 16"' in text
    assert set(re.findall(r'stroke-width="([\d.]+)"', text)) == {"1.5"}
    assert set(re.findall(r'(?:stroke|fill)="([^"]+)"', text)) <= {"currentColor", "none"}


@pytest.mark.parametrize("name", style.icon_names())
def test_an_icon_is_drawn_in_the_colour_asked_for(qapp: Any, name: str) -> None:
    # Blending rounds: a colour of pure channels comes out as it went in.
    assert pixels(style.icon(name, "#ff00ff")) == {"#ff00ff"}


def test_an_icon_is_dimmed_where_it_is_disabled(qapp: Any) -> None:
    from qtpy.QtGui import QIcon

    style.apply_style(QWidget(), "dark")
    assert pixels(style.icon("stop"), QIcon.Mode.Disabled) == {style.tokens("dark").disabled}


def test_the_icons_that_the_dialog_needs_are_shipped() -> None:
    wanted = (
        "open save submit run export preset engine undo redo search tree graph check warning error note file missing"
    )
    wanted += " folder map environment script history copy retry skip pause resume kill up down close plus minus lock"
    wanted += " reset link chevron-up chevron-down chevron-left chevron-right"
    assert set(wanted.split()) <= set(style.icon_names())


@pytest.mark.parametrize("kind", [QPushButton, QToolButton, QAction])
def test_an_icon_changes_with_the_style(qtbot: Any, kind: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    style.apply_style(window, "dark")
    target = kind(window)
    style.set_icon(target, "stop", "failed")
    style.apply_style(window, "light")
    assert style.tokens("light").failed in pixels(target.icon())


def test_a_role_is_painted_at_once(qtbot: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    style.apply_style(window, "dark")
    text = QLabel("text", window)
    text.ensurePolished()
    style.set_role(text, "failed")
    assert text.palette().color(text.foregroundRole()) == QColor(style.tokens("dark").failed)


def test_both_styles_have_the_same_tokens() -> None:
    assert len({frozenset(style.tokens(name).colours()) for name in STYLES}) == 1
    assert isinstance(style.current(), Tokens)


@pytest.mark.parametrize("name", STYLES)
def test_no_part_of_a_plain_widget_is_in_a_default_grey(qapp: Any, qtbot: Any, name: str) -> None:
    style.apply_style(qapp, name)
    button = QPushButton("")
    qtbot.addWidget(button)
    button.resize(80, 30)
    middle = button.grab().toImage().pixelColor(40, 15)
    assert middle == QColor(style.tokens(name).button)


def test_a_tooltip_is_in_the_style(qapp: Any) -> None:
    style.apply_style(qapp, "dark")
    tokens = style.tokens("dark")
    assert f"QToolTip {{ background: {tokens.tooltip}; color: {tokens.text};" in QApplication.instance().styleSheet()
