"""The part of Katana's Python modules that farmsubmit uses, by the names of the published stubs and documents."""

from __future__ import annotations

from typing import Any

from katanastrict import unknown

from . import UI4, AssetAPI, Callbacks, Configuration, FarmAPI, KatanaFile, NodegraphAPI

__all__ = ["UI4", "AssetAPI", "Callbacks", "Configuration", "FarmAPI", "KatanaFile", "NodegraphAPI"]


def __getattr__(name: str) -> Any:
    return unknown("Katana", name)
