"""What farmsubmit knows of a scene, the same for every DCC.

The readers of scene files and the readers inside the DCCs both make SceneFacts. Each fills in what it knows: all but
the DCC and the path has a default. Names of nodes are full names (``Group1.Write2``); file patterns are absolute and
stand with ``####`` for the frame; None means that the scene does not say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Optional

from farmsubmit.errors import SceneError
from farmsubmit.scenes._record import (
    Record,
    flag,
    many,
    number,
    optional,
    pair,
    plain,
    refuse,
    text,
    texts_by_name,
    whole,
)

FACTS_VERSION = 1


@dataclass(frozen=True)
class FrameRange:
    """Frames as a scene states them; ``step`` is above 0 where the scene is sound.

    ``source`` says where it was found: ``stored`` in the scene, ``default`` of the DCC, ``slider``, or a layer's name.
    """

    first: float
    last: float
    step: float = 1
    source: str = "stored"


@dataclass(frozen=True)
class Camera:
    """A camera, and whether the scene renders through it."""

    name: str
    renderable: bool = True


@dataclass(frozen=True)
class Layer:
    """A layer, and whether the scene renders it.

    ``kind`` is the DCC's word (``view layer``, ``render layer``, ``render setup layer``), ``frames`` its own range if
    it has one, ``overrides`` what it changes, each as ``node.attribute = value``. ``renderer`` is its own renderer,
    empty where it is that of the scene or not known.
    """

    name: str
    kind: str = ""
    renderable: bool = True
    frames: Optional[FrameRange] = None
    overrides: tuple[str, ...] = ()
    renderer: str = ""


@dataclass(frozen=True)
class Output:
    """A place where the scene writes images, and what is written there.

    ``kind`` is ``images``, ``movie`` (one file for all frames, which no two tasks can share) or the DCC's word for
    the node; ``file_type`` the DCC's word for the format. ``order`` is a render order, ``views`` are those written,
    ``depends`` names outputs that must be written before. ``resolved`` is false where ``file`` holds text that only
    the DCC can turn into a path; that text then stands in SceneFacts.unresolved too.
    """

    name: str
    kind: str = "images"
    file: str = ""
    file_type: str = ""
    frames: Optional[FrameRange] = None
    enabled: bool = True
    order: Optional[float] = None
    views: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()
    resolved: bool = True


@dataclass(frozen=True)
class Variable:
    """A choice that the scene offers: Katana's graph state variables, Blender's scenes; ``value`` is the one chosen."""

    name: str
    value: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class NeededFile:
    """A file that the scene reads, and the node and attribute that name it.

    ``kind`` is ``image``, ``sequence``, ``udim``, ``movie``, ``sound``, ``font``, ``cache``, ``volume`` or ``file``.
    """

    path: str
    node: str = ""
    attribute: str = ""
    kind: str = "file"


@dataclass(frozen=True)
class Reference:
    """Another scene that this one refers to; ``loaded`` is false where it is switched off or could not be found."""

    path: str
    namespace: str = ""
    loaded: bool = True


@dataclass(frozen=True)
class Code:
    """Code that would run when the scene is opened or rendered in its DCC; ``text`` is its beginning."""

    node: str
    kind: str = ""
    text: str = ""


@dataclass(frozen=True)
class Unresolved:
    """A value that only the DCC can work out, with its text."""

    node: str
    attribute: str = ""
    text: str = ""


@dataclass(frozen=True)
class SceneFacts:
    """All that is known of one scene.

    ``path`` is absolute, ``version`` that of the DCC that wrote the scene, ``fps`` frames a second, ``resolution``
    width and height in pixels as rendered, ``color`` the colour management by the DCC's own names. ``warnings`` are
    sentences for the person who submits. ``frames``, ``renderer`` and ``resolution`` are those of the scene as a whole.
    ``project`` is Maya's project folder, from which relative paths start; empty where there is none.
    """

    dcc: str
    path: str
    version: str = ""
    fps: Optional[float] = None
    current_frame: Optional[float] = None
    frames: Optional[FrameRange] = None
    renderer: str = ""
    project: str = ""
    resolution: Optional[tuple[int, int]] = None
    cameras: tuple[Camera, ...] = ()
    layers: tuple[Layer, ...] = ()
    outputs: tuple[Output, ...] = ()
    variables: tuple[Variable, ...] = ()
    files: tuple[NeededFile, ...] = ()
    references: tuple[Reference, ...] = ()
    color: Mapping[str, str] = field(default_factory=dict, hash=False)
    code: tuple[Code, ...] = ()
    warnings: tuple[str, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the facts as plain JSON values, with ``facts_version`` first; from_json turns them back."""
        return {"facts_version": FACTS_VERSION, **{name: plain(getattr(self, name)) for name in _SCENE_READERS}}

    @classmethod
    def from_json(cls, document: object) -> SceneFacts:
        """Return the facts that ``to_json`` wrote.

        Raises SceneError, naming the place in the document, for a version that is not this one, an unknown key, a
        missing one, or a value of the wrong shape.
        """
        if not isinstance(document, Mapping):
            refuse("", document, "an object")
        _check_version(document.get("facts_version"))
        return _scene({key: value for key, value in document.items() if key != "facts_version"}, "")


def _check_version(version: object) -> None:
    if whole(version, "facts_version") > FACTS_VERSION:
        raise SceneError(f"scene facts: version {version} is newer than {FACTS_VERSION}", "install a newer farmsubmit")
    if version != FACTS_VERSION:
        refuse("facts_version", version, str(FACTS_VERSION))


_frames = Record(FrameRange, first=number, last=number, step=number, source=text)
_camera = Record(Camera, name=text, renderable=flag)
_layer = Record(
    Layer, name=text, kind=text, renderable=flag, frames=optional(_frames), overrides=many(text), renderer=text
)
_output = Record(
    Output,
    name=text,
    kind=text,
    file=text,
    file_type=text,
    frames=optional(_frames),
    enabled=flag,
    order=optional(number),
    views=many(text),
    depends=many(text),
    resolved=flag,
)
_SCENE_READERS: dict[str, Any] = {
    "dcc": text,
    "path": text,
    "version": text,
    "fps": optional(number),
    "current_frame": optional(number),
    "frames": optional(_frames),
    "renderer": text,
    "project": text,
    "resolution": optional(pair(whole)),
    "cameras": many(_camera),
    "layers": many(_layer),
    "outputs": many(_output),
    "variables": many(Record(Variable, name=text, value=text, options=many(text))),
    "files": many(Record(NeededFile, path=text, node=text, attribute=text, kind=text)),
    "references": many(Record(Reference, path=text, namespace=text, loaded=flag)),
    "color": texts_by_name,
    "code": many(Record(Code, node=text, kind=text, text=text)),
    "warnings": many(text),
    "unresolved": many(Record(Unresolved, node=text, attribute=text, text=text)),
}
_scene = Record(SceneFacts, **_SCENE_READERS)
