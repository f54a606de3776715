from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from katanastate import Element, Node, node_of, state
from katanastrict import checked, unknown


def BuildNodegraphXmlIO(forcePersistant: bool = False, opaqueParams: Any = None, isAutoSave: bool = False) -> Element:
    return Element(state.tree)


def WriteKatanaFile(
    filename: str, element: Element, compress: bool = True, archive: bool = True, opaqueParams: Any = None
) -> None:
    checked("WriteKatanaFile", element, Element)
    state.write(Path(checked("WriteKatanaFile", filename, str)))


def GetCurrentTime() -> float:
    root = node_of("rootNode")
    parameter = root.getParameter("currentTime") if root is not None else None
    return float(parameter.getValue(0)) if parameter is not None else 1.0


def GetNode(nodeName: str) -> Optional[Node]:
    return node_of(checked("GetNode", nodeName, str))


def GetProjectFile() -> str:
    return state.path


def GetRootNode() -> Optional[Node]:
    return node_of("rootNode")


def __getattr__(name: str) -> Any:
    return unknown(__name__, name)
