"""Renders with Maya's command-line renderer. Written after Autodesk's documents; not tried with a Maya."""

from __future__ import annotations

from typing import List, Sequence

from farmsubmit.errors import ArgumentError
from farmsubmit.tasks.processor import Processor
from farmsubmit.tasks.shipped._base import (
    FRAMES_DEFAULTS,
    FRAMES_HELP,
    ChunkTask,
    FarmTask,
    defaults_of,
    forward,
    merged,
    option,
    path_option,
    path_word,
)
from farmsubmit.tasks.shipped._renderers import device_words, renderer_named, size_words, threads_words
from farmsubmit.tasks.shipped.movie import Movie

MAYA_DEFAULTS = {"project": None, "camera": "", "layer": ""}
MAYA_HELP = {
    "scene": "the .ma or .mb file",
    "project": "the project folder",
    "camera": "the camera, one; empty is those that the scene renders",
    "layer": "the render layer, one; empty is those that the scene renders",
}


class MayaRender(ChunkTask):
    """Renders the frames of a Maya scene."""

    description = (
        "Renders the frames of a Maya scene with Render, a task for each chunk. A chunk is one range with a step: "
        "frames that are none are cut into several. For several cameras or layers, ask for it several times."
    )
    required_arguments = ("scene", "frames")
    argument_defaults = merged(
        FRAMES_DEFAULTS,
        MAYA_DEFAULTS,
        {"renderer": "file", "folder": None, "image": "", "padding": 0, "resolution": "", "threads": 0, "output": ""},
        {"arnold_verbosity": 2, "abort_on_license_fail": True, "arnold_device": "", "renderman_jobid": ""},
    )
    argument_help = merged(
        MAYA_HELP,
        {
            "renderer": "file is the scene's own; else its name, such as arnold, renderman, vray, redshift",
            "folder": "the folder for images (-rd); empty is that of the project",
            "image": "the name of the image files (-im); empty is the scene's own",
            "padding": "digits of the frame number (-pad); 0 is the scene's own",
            "resolution": "width and height in pixels, such as 1920x1080; empty is the scene's own",
            "threads": "only for renderer: arnold, renderman, sw: how many threads; 0 is the renderer's own",
            "output": "the file pattern that this makes, for what follows; it does not change the scene",
            "arnold_verbosity": "only for renderer:arnold: level of its log, 0 to 3 (-ai:lve); None is the scene's own",
            "abort_on_license_fail": "only for renderer:arnold: fail without a licence (-ai:alf)",
            "arnold_device": "only for renderer:arnold: cpu or gpu (-ai:device); empty is the scene's own",
            "renderman_jobid": "only for renderer:renderman: keeps renders of one scene apart (-jobid)",
        },
        FRAMES_HELP,
    )
    argument_processors = (Processor("FramesToChunksProcessor", ["frames.processed"], {"ranges": True}),)
    service_setting = "service_maya"

    def cmd(self) -> Sequence[str]:
        """Return Render with all options before the scene. Source: Common flags for the command line renderer."""
        renderer = self.text("renderer")
        argv: List[str] = [self.program("maya_render"), *option("-r", renderer), *self._own_options(renderer)]
        argv += path_option("-proj", forward(self.optional("project")))
        argv += path_option("-rd", forward(self.optional("folder")))
        argv += self._names(renderer)
        argv += self._range()
        argv += size_words(renderer, self.optional("resolution"))
        argv += [*mel_option("-cam", self.optional("camera")), *mel_option("-rl", self.optional("layer"))]
        return [*argv, path_word(forward(self.text("scene")))]

    def _own_options(self, renderer: str) -> List[str]:
        argv = threads_words(renderer, self.whole("threads"))
        if renderer == "arnold":
            argv += self._log_level()
            argv += ["-ai:alf", "true"] if self.flag("abort_on_license_fail") else []
            argv += device_words(self.optional("arnold_device"))
        if renderer == "renderman":
            argv += mel_option("-jobid", self.optional("renderman_jobid"))
        return argv

    def _log_level(self) -> List[str]:
        if self.value("arnold_verbosity") is None:
            return []
        return ["-ai:lve", str(self.whole("arnold_verbosity"))]

    def _names(self, renderer: str) -> List[str]:
        image, padding = self.optional("image"), self.whole("padding")
        if (image or padding) and not renderer_named(renderer).names_files:
            what = f"image = {image!r}" if image else f"padding = {padding}"
            raise ArgumentError(f"{what}: Render has no such option for renderer:{renderer}", "set it in the scene")
        return [*mel_option("-im", image), *(["-pad", str(padding)] if padding else [])]

    def _range(self) -> List[str]:
        frames = self.frame_set()
        step = (frames.last - frames.first) // (len(frames) - 1) if len(frames) > 1 else 1
        if step < 1 or len(frames) != len(range(int(frames.first), int(frames.last) + 1, int(step))):
            raise ArgumentError(f"the frames {frames} are not one range upwards, which is all that Render takes")
        return ["-s", str(frames.first), "-e", str(frames.last), "-b", str(step)]


def mel_option(flag: str, value: str) -> List[str]:
    """Return an option and its name as two words; raises ArgumentError for one that would break out of MEL's quotes.

    Render writes its options into a MEL script (``-keepMel`` keeps it), and no document says how it quotes them.
    """
    if any(character in value for character in '"\\\n\r'):
        raise ArgumentError(f"{flag} {value!r} holds a quote, a backslash or a line's end", "rename it")
    return option(flag, value)


class MayaRenderMovie(FarmTask):
    """Renders the frames of a Maya scene, then makes a movie of them."""

    description = "Renders the frames of a Maya scene, then makes a movie of the frames in output."
    required_tasks = ("MayaRender", "Movie")
    required_arguments = ("scene", "frames", "output")
    argument_defaults = defaults_of(required_arguments, Movie.argument_defaults, MayaRender.argument_defaults)
    argument_help = merged(Movie.argument_help, MayaRender.argument_help)
