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
    merged,
    option,
    path_option,
    path_word,
)
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
        {"renderer": "file", "folder": None, "image": "", "padding": 0, "output": ""},
        {"arnold_verbosity": 2, "abort_on_license_fail": True},
    )
    argument_help = merged(
        MAYA_HELP,
        {
            "renderer": "file is the scene's own; else its name, such as arnold, renderman, vray, redshift",
            "folder": "the folder for images (-rd); empty is that of the project",
            "image": "the name of the image files (-im); empty is the scene's own",
            "padding": "digits of the frame number (-pad); 0 is the scene's own",
            "output": "the file pattern that this makes, for what follows; it does not change the scene",
            "arnold_verbosity": "only for renderer:arnold: level of its log (-ai:lve); not verified",
            "abort_on_license_fail": "only for renderer:arnold: fail without a licence (-ai:alf); not verified",
        },
        FRAMES_HELP,
    )
    argument_processors = (Processor("FramesToChunksProcessor", ["frames.processed"], {"ranges": True}),)
    service_setting = "service_maya"

    def cmd(self) -> Sequence[str]:
        """Return Render with all options before the scene. Source: Common flags for the command line renderer."""
        argv: List[str] = [self.program("maya_render"), *option("-r", self.text("renderer")), *self._arnold()]
        argv += path_option("-proj", self.optional("project"))
        argv += path_option("-rd", self.optional("folder"))
        argv += option("-im", self.optional("image"))
        argv += self._range()
        argv += ["-pad", str(self.whole("padding"))] if self.whole("padding") else []
        argv += [*option("-cam", self.optional("camera")), *option("-rl", self.optional("layer"))]
        return [*argv, path_word(self.text("scene"))]

    def _arnold(self) -> List[str]:
        if self.text("renderer") != "arnold":
            return []
        abort = ["-ai:alf", "true"] if self.flag("abort_on_license_fail") else []
        return ["-ai:lve", str(self.whole("arnold_verbosity")), *abort]

    def _range(self) -> List[str]:
        frames = self.frame_set()
        step = (frames.last - frames.first) // (len(frames) - 1) if len(frames) > 1 else 1
        if step < 1 or len(frames) != len(range(int(frames.first), int(frames.last) + 1, int(step))):
            raise ArgumentError(f"the frames {frames} are not one range upwards, which is all that Render takes")
        return ["-s", str(frames.first), "-e", str(frames.last), "-b", str(step)]


class MayaRenderMovie(FarmTask):
    """Renders the frames of a Maya scene, then makes a movie of them."""

    description = "Renders the frames of a Maya scene, then makes a movie of the frames in output."
    required_tasks = ("MayaRender", "Movie")
    required_arguments = ("scene", "frames", "output")
    argument_defaults = defaults_of(required_arguments, Movie.argument_defaults, MayaRender.argument_defaults)
    argument_help = merged(Movie.argument_help, MayaRender.argument_help)
