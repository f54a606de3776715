"""The part of Katana's Python modules that the tests use, with the names of the published stubs."""

from __future__ import annotations

from typing import Any

from strict import refuse, unknown


class Configuration:
    @staticmethod
    def get(key: str) -> str:
        if key not in ("KATANA_UI_MODE", "KATANA_BATCH_MODE", "KATANA_SCRIPT_MODE"):
            refuse(f"Configuration.get({key!r})")
        return "1" if key == "KATANA_SCRIPT_MODE" else ""


def __getattr__(name: str) -> Any:
    unknown("Katana", name)
