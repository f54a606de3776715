"""What a request is made of: the scene's facts, the rows of what to render, and all that shapes the job."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, Mapping, Optional, Tuple

from farmsubmit.errors import RequestError, did_you_mean
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.lang.frames import FrameSet, ordered_indices
from farmsubmit.scenes.facts import SceneFacts

REQUEST_VERSION = 1
#: The largest whole number that a request holds.
MOST = 10**9 - 1

_NO_FRAMES = FrameSet()


@dataclass(frozen=True)
class Row:
    """One line of what to render.

    ``id`` is its name in this request, which is unique; ``kind`` is ``scene`` (Blender), ``layer`` (Maya), ``write``
    (Nuke) or ``render node`` (Katana). ``layer`` is Maya's one layer and ``layers`` are Blender's, rendered together;
    ``node`` is the node to render, ``views`` are those to render of it, none meaning its own; ``variables`` are values
    of graph state variables, and ``scene`` of a .blend that has several.

    ``frames`` are in the order asked for, none where the scene does not say; ``chunk`` of them go into one task, 0
    being all; ``order`` is the order of the chunks (see lang.frames.ORDERS). Rows with a higher ``priority`` stand
    first in the job. ``service`` is empty for that of the DCC. ``output`` is the file pattern with ``####`` for the
    frame, empty where only the DCC knows. ``after`` are the ids of rows that must be done before. ``movie`` asks for a
    movie of the frames, of ``movie_frames`` where those are others than the ones rendered now.

    Raises RequestError and FrameError for values that no row can have.
    """

    id: str
    on: bool = True
    kind: str = "scene"
    title: str = ""
    layer: str = ""
    camera: str = ""
    node: str = ""
    views: Tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict, hash=False)
    frames: FrameSet = _NO_FRAMES
    chunk: int = 0
    order: str = "forward"
    priority: Optional[float] = None
    service: str = ""
    output: str = ""
    after: Tuple[str, ...] = ()
    movie: bool = False
    layers: Tuple[str, ...] = ()
    movie_frames: FrameSet = _NO_FRAMES

    def __post_init__(self) -> None:
        if not self.id:
            raise RequestError("a row has no id", "name it, such as beauty:shotCam")
        if not 0 <= self.chunk <= MOST:
            hint = f"0 is all in one task, {MOST:,} the most"
            raise RequestError(f"row {self.id!r}: a chunk of {self.chunk} frames is none", hint)
        if self.priority is not None and not math.isfinite(self.priority):
            raise RequestError(f"row {self.id!r}: the priority is no number", "such as 10, or none")
        ordered_indices(0, self.order)

    @property
    def label(self) -> str:
        """What people call the row: its title, or else its id."""
        return self.title or self.id

    @property
    def all_frames(self) -> FrameSet:
        """The frames of the row's movie: those rendered now, and those that were there before."""
        return self.movie_frames or self.frames


@dataclass(frozen=True)
class EnvironmentRules:
    """The environment of the job's commands.

    ``set`` are variables by name. With ``capture`` those variables of the process that builds the job go along which
    the settings environment_allow and environment_deny let through.
    """

    set: Mapping[str, str] = field(default_factory=dict, hash=False)
    capture: bool = False


@dataclass(frozen=True, eq=False)
class SubmitRequest:
    """A scene, what to render of it, and all that shapes the job.

    ``job`` are the job's attributes by name, as farmsubmit.Job takes them, ``engine`` is the URL of the engine (empty
    for that of the settings), ``settings`` are those it was made with, and ``options`` what else was asked (see
    request.options). Two requests are equal when they are written alike.
    """

    facts: SceneFacts
    rows: Tuple[Row, ...]
    job: Mapping[str, Any] = field(default_factory=dict)
    dirmaps: Tuple[DirMap, ...] = ()
    environment: EnvironmentRules = EnvironmentRules()
    engine: str = ""
    settings: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse rows of the same id, which would be one; raises RequestError."""
        seen = set()
        for row in self.rows:
            if row.id in seen:
                raise RequestError(f"two rows have the id {row.id!r}", "the id of a row is its own")
            seen.add(row.id)

    def __eq__(self, other: object) -> bool:
        return self.to_json() == other.to_json() if isinstance(other, SubmitRequest) else NotImplemented

    __hash__ = object.__hash__

    def row(self, name: str) -> Row:
        """Return the row of an id; raises RequestError with the nearest one."""
        return find_row(self.rows, name)

    @property
    def rows_on(self) -> Tuple[Row, ...]:
        """The rows that are switched on."""
        return tuple(row for row in self.rows if row.on)

    def to_json(self) -> Dict[str, Any]:
        """Return the request as plain JSON values, with ``request_version`` first; from_json turns them back.

        Raises RequestError for an attribute of the job that JSON cannot hold.
        """
        from farmsubmit.request.document import to_json

        return to_json(self)

    @classmethod
    def from_json(cls, document: object, this_time: Mapping[str, Any] = {}) -> SubmitRequest:
        """Return the request that ``to_json`` wrote, or that a person did; ``this_time`` are settings laid over it.

        What it does not say of the settings that shape a job is the default, whoever reads it: see docs/requests.md.
        Raises RequestError, naming the place in the document, SceneError for the facts, and SettingsError.
        """
        from farmsubmit.request.document import from_json

        return from_json(document, this_time)


def find_row(rows: Iterable[Row], name: str) -> Row:
    """Return the row of an id; raises RequestError with the nearest one."""
    by_id = {row.id: row for row in rows}
    if name not in by_id:
        known = did_you_mean(name, by_id) or f"there is {', '.join(list(by_id)[:12]) or 'none'}"
        raise RequestError(f"there is no row {name!r}", known)
    return by_id[name]


def scene_stem(facts: SceneFacts) -> str:
    """Return the scene's file name without folder and ending, for titles."""
    name = facts.path.replace("\\", "/").rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0] or name or "untitled"
