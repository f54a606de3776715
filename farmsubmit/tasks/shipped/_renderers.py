"""What Maya's Render takes of each renderer: the options that differ from one to the other.

Source: what ``Render -r NAME -help`` prints for sw and arnold, Autodesk's "Batch Render Flags" of Arnold for Maya, and
RenderMan for Maya's "Command Line Rendering". Of V-Ray and Redshift no such page was at hand: they get the options that
all renderers share, and nothing else. None of it was tried with a Maya.
"""

from __future__ import annotations

from typing import Dict, Iterable, List, NamedTuple

from farmsubmit.errors import ArgumentError


class Renderer(NamedTuple):
    """A renderer of Maya's Render.

    ``threads`` is its option for a number of threads, empty where none is documented. ``names_files`` tells whether it
    takes -im and -pad, ``size`` are its words for a width and a height, each before its number or both before the two.
    """

    threads: str = ""
    names_files: bool = True
    size: str = "-x -y"


RENDERERS: Dict[str, Renderer] = {
    "arnold": Renderer(threads="-ai:threads"),
    # It names files by its own settings of the scene.
    "renderman": Renderer(threads="-t", names_files=False, size="-res"),
    "sw": Renderer(threads="-n"),
}
# What the scene calls Maya's own renderers, and Render another way.
_RENDER_NAMES = {"mayaSoftware": "sw", "mayaHardware": "hw", "mayaHardware2": "hw2", "mayaVector": "vr"}
_DEVICES = {"cpu": "0", "gpu": "1"}


def renderer_named(name: str) -> Renderer:
    """Return what is known of a renderer; one that is not known takes what all share."""
    return RENDERERS.get(name, Renderer())


def render_name(renderer: str) -> str:
    """Return what Render calls the renderer that a scene calls so. Source: its page "Render from the command line"."""
    return _RENDER_NAMES.get(renderer, renderer)


def must_be_named(renderer: str, options: Iterable[str]) -> bool:
    """Tell whether ``-r`` must name the renderer for some options: all but a size that every renderer takes alike."""
    alike = ("resolution",) if renderer_named(renderer).size == Renderer().size else ()
    return any(name not in alike for name in options)


def threads_words(renderer: str, threads: int) -> List[str]:
    """Return the option for a number of threads, none for 0; raises ArgumentError where none is documented."""
    if not threads:
        return []
    flag = renderer_named(renderer).threads
    if not flag:
        known = ", ".join(name for name, found in RENDERERS.items() if found.threads)
        problem = f"threads = {threads}: no option for it is documented for renderer:{renderer}"
        raise ArgumentError(problem, f"it is for {known}")
    return [flag, str(threads)]


def size_words(renderer: str, resolution: str) -> List[str]:
    """Return the options for a size such as ``1920x1080``, none for empty text; raises ArgumentError."""
    if not resolution:
        return []
    width, _, height = resolution.partition("x")
    if not all(number.isascii() and number.isdigit() and int(number) > 0 for number in (width, height)):
        raise ArgumentError(f"resolution = {resolution!r} is no size", "write for example 1920x1080")
    flags = renderer_named(renderer).size.split()
    return [*flags, width, height] if len(flags) == 1 else [flags[0], width, flags[1], height]


def device_words(device: str) -> List[str]:
    """Return Arnold's option for a device, none for empty text; raises ArgumentError."""
    if device and device not in _DEVICES:
        raise ArgumentError(f"arnold_device = {device!r} is no device of Arnold", "it is cpu or gpu")
    return ["-ai:device", _DEVICES[device]] if device else []
