"""Small widgets that all panels share; each is described where it stands."""

from __future__ import annotations

from farmsubmit_ui.widgets.buttons import IconButton, OriginMark, set_menu, text_button
from farmsubmit_ui.widgets.cards import Card, EmptyState
from farmsubmit_ui.widgets.chipedit import ChipEdit
from farmsubmit_ui.widgets.edits import MonoEdit, SearchEdit, TextEdit
from farmsubmit_ui.widgets.fitting import FittingRow, Omitted, ShortText, ShrinkingLabel
from farmsubmit_ui.widgets.labels import Chip, DccBadge, ElidedLabel, FieldLabel, Note, StateDot, label
from farmsubmit_ui.widgets.later import Later
from farmsubmit_ui.widgets.layouts import FlowLayout

__all__ = [
    "Card",
    "Chip",
    "ChipEdit",
    "DccBadge",
    "ElidedLabel",
    "EmptyState",
    "FieldLabel",
    "FittingRow",
    "FlowLayout",
    "IconButton",
    "Later",
    "MonoEdit",
    "Note",
    "Omitted",
    "OriginMark",
    "SearchEdit",
    "ShortText",
    "ShrinkingLabel",
    "StateDot",
    "TextEdit",
    "label",
    "set_menu",
    "text_button",
]
