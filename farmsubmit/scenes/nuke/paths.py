"""The paths in a Nuke script: their frame patterns, what kind of file they name, and where relative ones lie."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Optional

_PRINTF = re.compile(r"%(0?)(\d{0,2})d")
_ABSOLUTE = re.compile(r"/|\\\\|[A-Za-z]:[/\\]|[a-z][a-z0-9+.-]+://")
_UDIM = re.compile(r"<udim>|%\(udim\)d", re.IGNORECASE)

_MOVIES = frozenset(("avi", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mxf", "r3d", "braw", "webm"))
_SOUNDS = frozenset(("aif", "aiff", "flac", "m4a", "mp3", "ogg", "wav"))
_GEOMETRY = frozenset(("abc", "bgeo", "fbx", "geo", "obj", "ply", "usd", "usda", "usdc", "usdz", "chan"))
_STILLS = frozenset(("ari", "bmp", "crw", "cr2", "dng", "gif", "jpeg", "jpg", "pic", "png", "psd", "webp", "xpm"))
_PLATES = frozenset(
    ("cin", "dpx", "exr", "hdr", "hdri", "iff", "rla", "rpf", "sgi", "rgb", "rgba", "sxr", "tga", "tif", "tiff", "tx")
)
_KINDS = {"vdb": "volume", "ttf": "font", "otf": "font", "pfa": "font", "pfb": "font"}
# Nuke's name of a format where it is not the extension. Source: the file type menu of the Write node.
_FILE_TYPES = {"jpg": "jpeg", "tif": "tiff", "tga": "targa", "cin": "cineon", "rgb": "sgi", "mp4": "mov", "m4v": "mov"}
_MOVIE_TYPES = frozenset(("avi", "ffmpeg", "mov", "mov32", "mov64", "movieplayer", "mp4", "mxf", "r3d"))


def with_hashes(path: str) -> str:
    """Return a path whose frame stands as ``####``: ``%04d`` → ``####``, ``%d`` → ``#``."""
    return _PRINTF.sub(lambda found: "#" * max(int(found[2] or 1), 1), path)


def absolute(path: str, folder: Optional[str]) -> str:
    """Return a path under the project directory if it is relative and there is one; None is unknown."""
    if is_absolute(path) or not folder:
        return path
    return folder.rstrip("/") + "/" + path[2 * path.startswith("./") :]


def is_absolute(path: str) -> bool:
    """Whether a path is absolute on any system, or a URI, or starts in a home folder."""
    return _ABSOLUTE.match(path) is not None or path.startswith("~")


def extension(path: str) -> str:
    """Return the extension in small letters without its dot."""
    return Path(path).suffix[1:].lower() if len(path) < 4096 else ""


def file_type(path: str) -> str:
    """Return Nuke's word for the format that an extension stands for."""
    return _FILE_TYPES.get(extension(path), extension(path))


def is_movie(path: str, written_type: str) -> bool:
    """Whether a Write makes one file of all frames."""
    return written_type in _MOVIE_TYPES if written_type else extension(path) in _MOVIES


def kind(path: str) -> str:
    """Return what a needed file is, in the words of NeededFile."""
    ending = extension(path)
    if _UDIM.search(path):
        return "udim"
    if ending in _MOVIES:
        return "movie"
    if ending in _SOUNDS:
        return "sound"
    if ending in _GEOMETRY:
        return "cache"
    if ending in _STILLS or ending in _PLATES:
        return "sequence" if "#" in path else "image"
    return _KINDS.get(ending, "file")
