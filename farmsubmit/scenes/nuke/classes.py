"""Which nodes of Nuke write files, and which read them, by class. Source: Nuke's reference of nodes, and scripts."""

from __future__ import annotations

from functools import lru_cache
from typing import Dict, FrozenSet, Tuple

from farmsubmit.scenes.nuke.tokens import Knobs

# The file knobs of nodes, where they are others than ``file``.
_FILES: Dict[str, Tuple[str, ...]] = {
    "Read": ("file", "proxy"),
    "DeepRead": ("file", "proxy"),
    "GeoImport": ("file", "file_path"),
    "GeoReference": ("file", "file_path"),
    "Vectorfield": ("vfield_file", "file"),
    "BlinkScript": ("kernelSourceFile",),
    "Inference": ("modelFile",),
    "ParticleBlinkScript": ("kernelSourceFile",),
    "Text": ("font",),
}
_DEFAULT = ("file",)
SCRIPTS = frozenset(("Precomp", "LiveGroup", "LiveInput"))
_WRITES = frozenset(("GenerateLUT", "SmartVector"))
# Write pictures of the frames they render, as opposed to a file of another nature.
_IMAGE_WRITES = frozenset(("Write", "DeepWrite", "SmartVector", "WriteTank", "sgtk"))
#: Writes whose path is made by their own code when they render.
MANAGED_WRITES = frozenset(("WriteTank", "sgtk"))


@lru_cache(maxsize=1000)
def class_name(word: bytes) -> str:
    """Return the class that a node's command names: a gizmo may be named by its file."""
    name = word.decode("utf-8", "replace").rpartition("/")[2]
    return name[: -len(".gizmo")] if name.endswith(".gizmo") else name


@lru_cache(maxsize=1000)
def is_write(cls: str) -> bool:
    """Whether a node writes files: Write and its kin, and whatever calls itself so."""
    return "write" in cls.lower() or cls in _WRITES or cls in MANAGED_WRITES


def writes_images(cls: str) -> bool:
    """Whether what a Write-like node makes are pictures; of unknown classes this is not known."""
    return cls in _IMAGE_WRITES


def file_knobs(cls: str) -> Tuple[str, ...]:
    """Return the names of the knobs of a class that name files it reads."""
    if is_write(cls):
        return ()
    return _FILES.get(cls, _DEFAULT)


def has_file(cls: str, knobs: Knobs) -> bool:
    """Whether a node of this class names a file to read, in a knob of Nuke's or a file knob that a person added."""
    if not _encoded_knobs(cls).isdisjoint(knobs):
        return True
    return bool(knobs.user) and any(value.startswith(b"{2 ") for value in knobs.user)


@lru_cache(maxsize=1000)
def _encoded_knobs(cls: str) -> FrozenSet[bytes]:
    return frozenset(name.encode() for name in file_knobs(cls))
