from __future__ import annotations

from typing import Any

from mayafake import unknown


class MFnPlugin:
    def __init__(self, plugin: object, vendor: str = "Unknown", version: str = "Unknown") -> None:
        self.plugin = plugin


def __getattr__(name: str) -> Any:
    unknown("maya.api.OpenMaya", name)
