"""The header: what is open and how it was read on the left; the preset and the engine on the right."""

from __future__ import annotations

import time
from pathlib import Path
from typing import List, Optional

from qtpy.QtCore import QSize, Qt
from qtpy.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from farmsubmit_ui import worker
from farmsubmit_ui.session import DCC_NAMES, Session
from farmsubmit_ui.style import px, set_flag, set_icon, set_role
from farmsubmit_ui.widgets import DccBadge, ElidedLabel, StateDot, label, text_button

_DOTS = {"ok": "done", "down": "failed", "wrong": "failed", "asked": "waiting"}
_REFRESH_MS = 10_000


class BarButton(QPushButton):
    """A button of the header that opens a menu: a dim word or a dot, and the present choice."""

    def __init__(self, name: str, word: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAutoDefault(False)
        set_role(self, "combo")
        self.dot = StateDot()
        self.word = label(word, "dim")
        self.choice = label("", "strong")
        row = QHBoxLayout(self)
        self.style_changed()
        for part in (self.dot, self.word, self.choice):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(part)

    def style_changed(self) -> None:
        """Leave room for the arrow at the present zoom."""
        self.layout().setContentsMargins(px(11), 0, px(26), 0)
        self.layout().setSpacing(px(7))

    def set_menu(self, menu: QMenu) -> None:
        """Open this menu."""
        self.setMenu(menu)
        set_flag(self, "hasMenu", "true")

    def show_choice(self, word: str, choice: str) -> None:
        """Show another choice."""
        self.word.setText(word)
        self.choice.setText(choice)
        self.setAccessibleName(f"{word} {choice}")
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        return QSize(self.layout().sizeHint().width(), px(28))

    def minimumSizeHint(self) -> QSize:
        """As its size hint: a choice is never cut."""
        return self.sizeHint()


class Header(QFrame):
    """Badge, name and origin of what is open; the buttons for preset and engine, whose menus the dialog gives."""

    def __init__(self, session: Session, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        set_role(self, "header")
        self.session = session
        self.badge = DccBadge()
        self.name = ElidedLabel(role="title", mode=Qt.TextElideMode.ElideMiddle)
        self.name.setObjectName("scene_name")
        self.about = ElidedLabel(role="small", mode=Qt.TextElideMode.ElideMiddle)
        self.about.setObjectName("scene_about")
        self.outbox = text_button("", "outbox_button", role="link")
        set_icon(self.outbox, "queue", "dim")
        self.show_waiting(0)
        self.preset = BarButton("preset_button", self.tr("Preset"))
        self.preset.dot.hide()
        self.engine = BarButton("engine_button", "")
        self._lay_out()
        self._timer = worker.every(self, _REFRESH_MS, self._show_source)
        self._timer.start()
        session.facts_changed.connect(self.refresh)
        session.request_changed.connect(self._show_choices)
        session.engine_changed.connect(self._show_choices)
        session.busy_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show all anew."""
        self._show_source()
        self._show_choices()

    def show_waiting(self, count: int) -> None:
        """Hint at what waits in the outbox; the names beside it give the room, and nothing else moves."""
        text = self.tr("{0} in the outbox").format(count)
        self.outbox.setText(f" {text}")
        self.outbox.setAccessibleName(text)
        self.outbox.setToolTip(self.tr("What was not sent yet, and why"))
        self.outbox.setVisible(bool(count))

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(px(1))
        texts.addStretch(1)
        texts.addWidget(self.name)
        texts.addWidget(self.about)
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(9), px(16), px(9))
        row.setSpacing(px(13))
        row.addWidget(self.badge)
        row.addLayout(texts, 1)
        row.addWidget(self.outbox)
        row.addWidget(self.preset)
        row.addWidget(self.engine)

    def _show_source(self) -> None:
        session = self.session
        facts = session.facts
        self.badge.set_dcc(facts.dcc if facts is not None else "job" if session.job is not None else "")
        if session.source is None:
            self.name.set_text(self.tr("Nothing open"))
            self.about.set_text(self.tr("Reading…") if session.busy else self.tr("Open a scene, a request or a job"))
            return
        self.name.set_text(_name(session))
        self.about.set_text("  ·  ".join(filter(None, self._parts())))

    def _parts(self) -> List[str]:
        session = self.session
        facts, path, source = session.facts, session.path, session.source
        parts = [str(path.parent) if path is not None else ""]
        if facts is not None:
            parts += [f"{DCC_NAMES.get(facts.dcc, facts.dcc)} {facts.version}".strip(), _shown_renderer(facts.renderer)]
        if facts is not None and session.scene != facts.path:
            parts.append(self.tr("sent as {0}").format(Path(facts.path).name))
        if source is not None:
            parts.append(self.tr("read {0} {1}").format(self._ago(time.time() - source.when), source.how))
        return parts

    def _ago(self, seconds: float) -> str:
        if seconds < 10:
            return self.tr("just now")
        if seconds < 90:
            return self.tr("{0} s ago").format(int(seconds) // 10 * 10)
        if seconds < 5400:
            return self.tr("{0} min ago").format(round(seconds / 60))
        return self.tr("{0} h ago").format(round(seconds / 3600))

    def _show_choices(self) -> None:
        session = self.session
        self.preset.show_choice(self.tr("Preset"), session.preset or self.tr("none"))
        self.preset.setEnabled(session.request is not None)
        state = session.engine_state
        scheme, _, location = (state.url or "…").partition(":")
        self.engine.show_choice(scheme.capitalize(), _shown_location(location) or self.tr("this machine"))
        told = state.text or self.tr("It is being asked.")
        self.engine.setToolTip(f"{state.url}\n{told}")
        self.engine.dot.set_state(_DOTS.get(state.state, "waiting"), told)


def _name(session: Session) -> str:
    if session.path is not None:
        return session.path.name
    if session.facts is not None:
        return Path(session.facts.path).name
    return str(session.job_value("title") or "")


def _shown_renderer(name: str) -> str:
    """Return the name of a renderer; one with capitals of its own, such as mayaSoftware, keeps them."""
    return name.capitalize() if name.islower() else name


def _shown_location(location: str) -> str:
    text = location.lstrip("/") if location.startswith("//") else location
    return text if len(text) <= 32 else "…" + text[-31:]
