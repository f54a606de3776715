from __future__ import annotations

from typing import Any

from katanastate import state
from katanastrict import Strict, checked, unknown


class AssetPlugin(Strict):
    def isAssetId(self, assetStr: str, throwOnError: bool = False) -> bool:
        return checked("isAssetId", assetStr, str) in state.assets

    def resolveAsset(self, assetId: str, throwOnError: bool = False) -> str:
        return state.assets.get(checked("resolveAsset", assetId, str), "")


def GetDefaultAssetPlugin() -> AssetPlugin:
    return AssetPlugin()


def __getattr__(name: str) -> Any:
    return unknown(__name__, name)
