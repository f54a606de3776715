from __future__ import annotations

from pathlib import Path
from typing import Any

from katanastate import state
from katanastrict import checked, unknown


def IsFileDirty() -> bool:
    return state.dirty


def Save(fileNameOrAssetId: str, extraOptionsDict: Any = None) -> str:
    state.write(Path(checked("Save", fileNameOrAssetId, str)))
    state.path, state.dirty = fileNameOrAssetId, False
    state.fire("onSceneSave", filename=fileNameOrAssetId)
    return fileNameOrAssetId


def __getattr__(name: str) -> Any:
    return unknown(__name__, name)
