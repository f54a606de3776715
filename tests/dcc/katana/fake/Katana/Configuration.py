from __future__ import annotations

from typing import Any

from katanastate import state
from katanastrict import refuse, unknown


def get(key: str) -> str:
    if key not in ("KATANA_UI_MODE", "KATANA_BATCH_MODE", "KATANA_SCRIPT_MODE"):
        refuse(f"Configuration.get({key!r})")
    return "1" if key == state.mode else ""


def __getattr__(name: str) -> Any:
    return unknown(__name__, name)
