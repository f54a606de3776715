"""The request: what a person asked for, before any job is built from it.

The command line and a script make the same request from the same scene, and the same request gives the same job.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

from farmsubmit.errors import FarmsubmitError, SceneError, did_you_mean
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.lang.frames import ORDERS, FrameSet, ordered_indices
from farmsubmit.scenes.facts import SceneFacts


@dataclass(frozen=True)
class Row:
    """One line of what to render.

    ``layers`` are the layers to render together, none meaning those that the scene renders by itself; ``frames`` are
    in the order asked for and ``chunk`` of them go into one task; ``order`` is the order of the chunks (see
    lang.frames.ORDERS); ``output`` is the file pattern with ``####`` for the frame.
    """

    title: str
    frames: FrameSet
    chunk: int
    order: str
    service: str
    output: str
    layers: Tuple[str, ...] = ()
    movie: bool = False


@dataclass(frozen=True)
class SubmitRequest:
    """A scene, what to render of it, the job's attributes by name, the directory maps, and the settings.

    The settings name the programs that commands start and the services of those that are not the row's.
    """

    facts: SceneFacts
    rows: Tuple[Row, ...]
    job: Mapping[str, Any] = field(default_factory=dict)
    dirmaps: Tuple[DirMap, ...] = ()
    settings: Any = None


def request_for(
    facts: SceneFacts,
    settings: Any,
    frames: Optional[str] = None,
    chunk: Optional[int] = None,
    order: str = "forward",
    layers: Sequence[str] = (),
    job: Mapping[str, Any] = {},
    dirmaps: Sequence[DirMap] = (),
) -> SubmitRequest:
    """Return the request for a scene; what is not given comes from the scene, then from the settings.

    ``job`` holds attributes of the job, but for ``service``, which is that of the render commands. Raises FrameError
    for bad frames or order and SceneError for a scene that has nothing to render or no such layer.
    """
    if chunk is not None and chunk < 1:
        raise FarmsubmitError(f"a chunk of {chunk} frames is none", "give 1 or more")
    ordered_indices(0, order)
    options: Dict[str, Any] = dict(job)
    service = options.pop("service", None) or settings["service"]
    row = Row(
        title=_row_title(facts, layers),
        frames=FrameSet.parse(frames) if frames is not None else _scene_frames(facts),
        chunk=chunk or settings["chunk"],
        order=order,
        service=service,
        output=_output(facts),
        layers=_known_layers(facts, layers),
        movie=_wants_movie(settings),
    )
    return SubmitRequest(facts, (row,), options, tuple(dirmaps), settings)


def _row_title(facts: SceneFacts, layers: Sequence[str]) -> str:
    return ", ".join(layers) if layers else scene_stem(facts)


def scene_stem(facts: SceneFacts) -> str:
    """Return the scene's file name without folder and ending, for titles."""
    name = facts.path.replace("\\", "/").rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0] or name or "untitled"


def _scene_frames(facts: SceneFacts) -> FrameSet:
    found = facts.frames
    if found is None:
        raise SceneError(f"{facts.path} does not say which frames it renders", "give --frames")
    if found.last < found.first:
        raise SceneError(
            f"{facts.path} renders from {found.first} to {found.last}, which is backwards", "give --frames"
        )
    return FrameSet.from_range(found.first, found.last, found.step or 1)


def _output(facts: SceneFacts) -> str:
    for output in facts.outputs:
        if output.enabled and output.file and output.resolved:
            return output.file
    raise SceneError(f"{facts.path} does not say where its frames go", "set an output path in the scene")


def _known_layers(facts: SceneFacts, layers: Sequence[str]) -> Tuple[str, ...]:
    known = [layer.name for layer in facts.layers]
    for name in layers:
        if name not in known:
            hint = did_you_mean(name, known) or "it has " + (", ".join(known) or "none")
            raise SceneError(f"{facts.path} has no layer {name!r}", hint)
    return tuple(layers)


def _wants_movie(settings: Any) -> bool:
    if settings["movie"] != "auto":
        return bool(settings["movie"] == "yes")
    import shutil

    return shutil.which(settings["ffmpeg"]) is not None


__all__ = ["ORDERS", "Row", "SubmitRequest", "request_for", "scene_stem"]
