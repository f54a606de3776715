"""A page that needs more height than a small window has is scrolled, and never squeezed."""

from __future__ import annotations

from qtpy.QtWidgets import QVBoxLayout, QWidget

from farmsubmit_ui.widgets.tall import Tall


def test_what_is_too_high_is_scrolled_and_keeps_its_height(qtbot):
    page = QWidget()
    page.setMinimumSize(200, 400)
    made = Tall(page)
    qtbot.addWidget(made)
    made.resize(300, 150)
    made.show()
    assert page.height() == 400 and made.verticalScrollBar().maximum() > 0
    made.resize(300, 500)
    assert page.height() == 500 and made.verticalScrollBar().maximum() == 0


def test_the_width_that_is_needed_is_asked_for(qtbot):
    page = QWidget()
    inside = QWidget()
    inside.setMinimumSize(640, 480)
    QVBoxLayout(page).addWidget(inside)
    made = Tall(page)
    qtbot.addWidget(made)
    assert made.minimumSizeHint().width() >= 640 and made.minimumSizeHint().height() < 200
