"""The colours of the two styles, by what they are for.

A widget, model or delegate never names a colour itself: it asks ``current()`` for the tokens of the style that is on.
Text colours reach a contrast of 4.5 : 1 on every ground that they stand on; a test holds that.
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Tuple


class Tokens(NamedTuple):
    """The colours of one style, each ``#rrggbb``.

    Grounds: ``window``, ``bar`` (header, footer, tab bar), ``panel`` (a card), ``field`` (what can be typed in),
    ``chip``, ``button``, ``button_over``, ``primary`` and ``primary_over`` (the one button that sends), ``selected`` (a
    row), ``over`` (a row under the mouse), ``tooltip``. Lines: ``line`` (between parts of the window), ``row_line``,
    ``panel_border``, ``field_border``, ``button_border``, ``accent`` (focus, the tab that is open). Texts: ``text``,
    ``strong``, ``dim``, ``disabled``, ``on_primary``. Meanings, as text: ``done``, ``active``, ``warning``, ``failed``,
    ``link``; as an area: ``done_fill``, ``active_fill``, ``warning_fill``, ``failed_fill``. Expressions: ``name``,
    ``operator``, ``number``. ``badge_<dcc>`` is the ground of a DCC's letter, ``on_badge`` the letter.
    """

    style: str
    window: str
    bar: str
    panel: str
    panel_border: str
    field: str
    field_border: str
    line: str
    row_line: str
    text: str
    strong: str
    dim: str
    disabled: str
    accent: str
    primary: str
    primary_over: str
    on_primary: str
    button: str
    button_over: str
    button_border: str
    chip: str
    chip_text: str
    selected: str
    over: str
    tooltip: str
    scroll: str
    scroll_over: str
    done: str
    done_fill: str
    active: str
    active_fill: str
    warning: str
    warning_fill: str
    failed: str
    failed_fill: str
    link: str
    name: str
    operator: str
    number: str
    badge_maya: str
    badge_nuke: str
    badge_katana: str
    badge_blender: str
    badge_usd: str
    badge_none: str
    on_badge: str

    def colours(self) -> Dict[str, str]:
        """Return every colour by its name."""
        return {name: value for name, value in self._asdict().items() if name != "style"}

    def state(self, state: str) -> str:
        """Return the text colour of a task's or engine's state (``done``, ``active``, ``failed``…); dim for others."""
        return str(getattr(self, _STATES.get(state, "dim")))

    def state_fill(self, state: str) -> str:
        """Return the colour of an area, such as a dot or a progress bar, in a state."""
        token = _STATES.get(state)
        return str(getattr(self, f"{token}_fill")) if token else self.dim

    def badge(self, dcc: str) -> str:
        """Return the ground of a DCC's letter; one for all that have none of their own."""
        return str(getattr(self, f"badge_{dcc.lower()}", self.badge_none))


_STATES = {
    "done": "done",
    "ok": "done",
    "active": "active",
    "warning": "warning",
    "paused": "warning",
    "error": "failed",
    "failed": "failed",
}

_DARK = Tokens(
    style="dark",
    window="#26282b",
    bar="#2b2e32",
    panel="#2f3236",
    panel_border="#393d42",
    field="#1f2124",
    field_border="#3c4046",
    line="#1d1f21",
    row_line="#383c41",
    text="#d6d8db",
    strong="#f1f3f5",
    dim="#979fa7",
    disabled="#7d848c",
    accent="#4f9cf9",
    primary="#2d70e2",
    primary_over="#2a68d2",
    on_primary="#ffffff",
    button="#3a3f45",
    button_over="#444a51",
    button_border="#4a5057",
    chip="#3a4047",
    chip_text="#cfd3d8",
    selected="#2d4a6e",
    over="#32363b",
    tooltip="#17191b",
    scroll="#4a5057",
    scroll_over="#5f666e",
    done="#7fd08f",
    done_fill="#53c26b",
    active="#85bcff",
    active_fill="#4f9cf9",
    warning="#f2c14e",
    warning_fill="#f2c14e",
    failed="#ff9d96",
    failed_fill="#ff7b72",
    link="#8cc7ff",
    name="#8cc7ff",
    operator="#d79bff",
    number="#f2c14e",
    badge_maya="#1f6f78",
    badge_nuke="#7d6212",
    badge_katana="#6a4bb0",
    badge_blender="#a4531a",
    badge_usd="#3c6aa8",
    badge_none="#4a5058",
    on_badge="#ffffff",
)

_LIGHT = Tokens(
    style="light",
    window="#eceef0",
    bar="#e3e6e9",
    panel="#f7f8f9",
    panel_border="#d3d7db",
    field="#ffffff",
    field_border="#b9bfc6",
    line="#cdd2d7",
    row_line="#e1e4e8",
    text="#2a2e33",
    strong="#101316",
    dim="#566069",
    disabled="#8a929a",
    accent="#1a6ddb",
    primary="#1d63d0",
    primary_over="#1857ba",
    on_primary="#ffffff",
    button="#fcfcfd",
    button_over="#eef1f4",
    button_border="#b9bfc6",
    chip="#dde2e7",
    chip_text="#2f353b",
    selected="#cbdff8",
    over="#eceff2",
    tooltip="#ffffff",
    scroll="#b4bbc2",
    scroll_over="#959ea7",
    done="#176b31",
    done_fill="#2f9e4f",
    active="#1456b3",
    active_fill="#1a6ddb",
    warning="#7a4d00",
    warning_fill="#c98a10",
    failed="#b0241c",
    failed_fill="#d9453c",
    link="#0d55a8",
    name="#0d55a8",
    operator="#7d2bb5",
    number="#7a4d00",
    badge_maya="#1f6f78",
    badge_nuke="#7d6212",
    badge_katana="#6a4bb0",
    badge_blender="#a4531a",
    badge_usd="#3c6aa8",
    badge_none="#565d65",
    on_badge="#ffffff",
)

_ALL = {"dark": _DARK, "light": _LIGHT}
#: The names of the styles.
STYLES: Tuple[str, ...] = tuple(_ALL)
#: The style that was put on last; a list, for it is changed in place.
_on: List[Tokens] = [_DARK]


def tokens(style: str) -> Tokens:
    """Return the colours of ``dark`` or ``light``; raises KeyError for another name."""
    return _ALL[style]


def current() -> Tokens:
    """Return the colours of the style that was put on last, ``dark`` before any was."""
    return _on[0]


def make_current(style: str) -> Tokens:
    """Let ``current()`` answer with this style from now on, and return its colours."""
    _on[0] = _ALL[style]
    return _on[0]
