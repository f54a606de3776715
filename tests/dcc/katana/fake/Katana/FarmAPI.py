from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from katanastate import Node, node_of, state
from katanastrict import Strict, checked, refuse, unknown


class FarmPluginException(Exception):
    pass


class JobNotFoundException(FarmPluginException):
    def __init__(self, jobId: str, contextMessage: str) -> None:
        super().__init__(f"{contextMessage} ({jobId})")
        self.jobId = jobId


class Job(Strict):
    class State:
        kWaiting, kRunning, kCompleted = "Waiting", "Running", "Completed"
        kCancelled, kFailed = "Cancelled", "Failed"
        kAllStates = (kWaiting, kRunning, kCompleted, kCancelled, kFailed)

    def __init__(self, jobId: str, name: str, startTime: int, endTime: int, state: str, renderLogFilename: str) -> None:
        checked("startTime", startTime, int), checked("endTime", endTime, int)
        if state not in Job.State.kAllStates:
            refuse(f"state {state!r}")
        self.jobId, self.name, self.state = jobId, name, state


class JobRequest(Strict):
    def __init__(
        self,
        nodeName: str,
        renderContextName: str,
        frames: List[int],
        commands: List[str],
        environment: Any,
        tempDir: str,
    ) -> None:
        self.nodeName, self.renderContextName, self.frames = nodeName, renderContextName, frames
        self.commands, self.environment, self.tempDir = commands, environment, tempDir


class BaseFarmPlugin(Strict):
    def copyRenderFiles(self, filenames: List[str], renderContextName: str) -> None:
        raise NotImplementedError

    def createTemporaryDirectory(self, renderContextName: str) -> str:
        raise NotImplementedError

    def getEnvironmentForJob(self, renderContextName: str) -> Dict[str, str]:
        raise NotImplementedError

    def getJobState(self, jobId: str) -> str:
        raise NotImplementedError

    def getJobs(self, filters: List[Any]) -> List[Job]:
        raise NotImplementedError

    def getRenderLogFilename(self, jobId: str) -> Optional[str]:
        raise NotImplementedError

    def startJob(self, jobId: str) -> None:
        raise NotImplementedError

    def stopJob(self, jobId: str) -> None:
        raise NotImplementedError

    def submitJob(self, jobRequest: JobRequest) -> str:
        raise NotImplementedError


class NodeRenderSettings(Strict):
    """The attributes are those that the documents' example of a farm file reads."""

    def __init__(self, dependencyListEntry: Any = None) -> None:
        self.nodeName: str = dependencyListEntry["nodeName"]
        self.outputs: List[Dict[str, Any]] = dependencyListEntry["outputs"]
        self.dependencies: List[str] = dependencyListEntry["dependencies"]


def AddFarmMenuOption(menuCommandText: str, callback: Callable[[], Any]) -> None:
    state.menu[checked("AddFarmMenuOption", menuCommandText, str)] = callback


def AddFarmPopupMenuOption(menuCommandText: str, callback: Callable[[], Any]) -> None:
    state.popup[checked("AddFarmPopupMenuOption", menuCommandText, str)] = callback


def AddFarmSettingString(name: str = "", defaultValue: str = "", hints: Any = None) -> None:
    state.settings[name] = (checked("AddFarmSettingString", defaultValue, str), hints)


def AddFarmSettingNumber(name: str = "", defaultValue: int = 0, hints: Any = None) -> None:
    state.settings[name] = (checked("AddFarmSettingNumber", defaultValue, int), hints)


def GetCurrentNode() -> Optional[Node]:
    return node_of(state.current) if state.current else None


def GetSortedDependencies(nodeOrNodes: Any = None, includeBypassed: bool = False) -> List[NodeRenderSettings]:
    """What a Katana would say of a scene that was saved as it is; the places are those of the current frame."""
    from farmsubmit.scenes.katana import outputs
    from farmsubmit.scenes.katana.nodes import read_graph
    from farmsubmit.scenes.katana.values import Values
    from farmsubmit.scenes.katana.walk import Walker

    if state.cannot_cook:
        raise RuntimeError(state.cannot_cook)
    graph = read_graph([state.xml().encode()], state.path)
    values, walker = Values(graph, str(Path(state.path).parent), os.environ), Walker(graph)
    found = []
    for node in checked("GetSortedDependencies", nodeOrNodes, list):
        read = graph.find(node.getName())
        assert read is not None
        above = walker.above(read)
        places = [*outputs._stored(read, values)] or [*outputs._defined(above, values)]
        told = [_told(read.name, place, values.current_frame) for place in places]
        names = [render.name for render in above.renders]
        found.append(NodeRenderSettings({"nodeName": read.name, "outputs": told, "dependencies": names}))
    return sorted(found, key=lambda one: len(one.dependencies))


def _told(node: str, place: Any, current: Optional[float]) -> Dict[str, Any]:
    stored = place.file if place.resolved else state.expressions.get(place.file, "")
    location = state.locations.get(f"{node}.{place.label}") or stored
    frame = f"{int(current or 1):04d}"
    return {"name": place.label, "enabled": place.enabled, "outputLocation": location.replace("####", frame)}


def __getattr__(name: str) -> Any:
    return unknown(__name__, name)
