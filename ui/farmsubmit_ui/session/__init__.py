"""What the dialog works on, without any widget: scene → request → job → problems, with undo, in the background."""

from __future__ import annotations

from farmsubmit_ui.session.edits import Edit
from farmsubmit_ui.session.probe import EngineState
from farmsubmit_ui.session.session import Session
from farmsubmit_ui.session.source import DCC_NAMES, Source

__all__ = ["DCC_NAMES", "Edit", "EngineState", "Session", "Source"]
