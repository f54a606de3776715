"""Export then render: chunks are exported inside Maya, and each is rendered as soon as its files are there.

The renders need no Maya and no licence of it. The commands of Maya's plug-ins that the exports use are known from
scripts that use them, and were not tried with a Maya, an Arnold or a RenderMan: see docs/tasks.md.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, List, Sequence

from farmsubmit.errors import PluginError
from farmsubmit.tasks.contract import LICENCE_EXIT
from farmsubmit.tasks.plugin import Program
from farmsubmit.tasks.shipped._base import (
    FRAMES_DEFAULTS,
    FRAMES_HELP,
    ChunkTask,
    FrameTask,
    by_farmmake,
    defaults_of,
    merged,
    needed,
    path_option,
    path_word,
)
from farmsubmit.tasks.shipped._patterns import frame_path
from farmsubmit.tasks.shipped.maya import MAYA_DEFAULTS, MAYA_HELP

_EXPORTED = {
    "exported": "the pattern of the exported files, such as /show/ass/shot.####.ass or /show/rib/shot.####.rib"
}


class _MayaExport(ChunkTask):
    """Exports a file for each frame, in a Maya that a wrapper runs."""

    plugin = ""
    required_arguments = ("scene", "frames", "exported")
    argument_defaults = merged(FRAMES_DEFAULTS, MAYA_DEFAULTS)
    argument_help = merged(MAYA_HELP, _EXPORTED, FRAMES_HELP)
    path_arguments = ("scene", "project", "exported")
    service_setting = "service_maya"
    retryrc = (LICENCE_EXIT,)

    def cmd(self) -> Sequence[str]:
        """Return Maya with the wrapper: in batch mode where the wrapper is MEL, else its Python."""
        # Asked for here, so that a mistake is told before anything is sent.
        frame_path(self.text("exported"), self.frame_set().first)
        if not self.settings["maya_script_wrapper"].endswith(".mel"):
            return [self.program("mayapy"), self.wrapper("maya")]
        argv: List[str] = [self.program("maya"), "-batch", *path_option("-proj", self.optional("project"))]
        return [*argv, "-file", path_word(self.text("scene")), "-script", self.wrapper("maya")]

    def script(self) -> List[str]:
        """Export each frame, inside Maya, and return the files; raises PluginError for one that is not there then."""
        # Only inside Maya is there such a module, and nothing else in farmsubmit may need it.
        cmds = import_module("maya.cmds")
        open_scene(cmds, self.text("scene"), self.optional("project"))
        cmds.loadPlugin(self.plugin, quiet=True)
        if self.optional("layer"):
            cmds.editRenderLayerGlobals(currentRenderLayer=self.text("layer"))
        frames = [int(frame) for frame in self.frame_set()]
        written: List[str] = []
        with self.report_progress(len(frames)) as progress:
            for frame in frames:
                written.append(self._export_frame(cmds, frame))
                progress += 1  # noqa: PLW2901  # it prints the progress
        return written

    def _export_frame(self, cmds: Any, frame: int) -> str:
        path = frame_path(self.text("exported"), frame)
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        # What an earlier export left would otherwise pass for this one.
        Path(path).unlink(missing_ok=True)
        cmds.currentTime(frame)
        self.export(cmds, frame, path)
        if not Path(path).is_file():
            raise PluginError(f"frame {frame} was not exported: there is no {path}")
        return path

    def export(self, cmds: Any, frame: int, path: str) -> None:
        """Export the current frame to a file."""
        raise NotImplementedError


def open_scene(cmds: Any, scene: str, project: str) -> None:
    """Open the scene in Maya, unless the command line has done so."""
    opened = cmds.file(query=True, sceneName=True)
    if opened and Path(opened) == Path(scene):
        return
    if project:
        cmds.workspace(project, openWorkspace=True)
    cmds.file(scene, open=True, force=True)


class MayaExportAss(_MayaExport):
    """Exports an Arnold .ass file for each frame."""

    description = "Exports an Arnold .ass file for each frame of a Maya scene, a task for each chunk."
    plugin = "mtoa"

    def export(self, cmds: Any, frame: int, path: str) -> None:
        """Export the current frame with arnoldExportAss of MtoA (not verified)."""
        camera = {"camera": self.text("camera")} if self.optional("camera") else {}
        cmds.arnoldExportAss(filename=path, **camera)


class MayaExportRib(_MayaExport):
    """Exports a RenderMan .rib file for each frame."""

    description = "Exports a RenderMan .rib file for each frame of a Maya scene, a task for each chunk."
    plugin = "RenderManForMaya.py"

    def export(self, cmds: Any, frame: int, path: str) -> None:
        """Export the current frame with the file type RIB of RenderMan for Maya (not verified)."""
        words = {
            "rmanExportRIBFormat": 0,
            "rmanExportMultipleFrames": 0,
            "rmanExportStartFrame": frame,
            "rmanExportEndFrame": frame,
            "rmanExportByFrame": 1,
            "rmanExportRIBArchive": 0,
        }
        camera = [f"rmanExportRIBCamera={self.text('camera')}"] if self.optional("camera") else []
        options = ";".join([*(f"{name}={value}" for name, value in words.items()), *camera])
        cmds.file(path, force=True, options=options, type="RIB", exportAll=True)


class ArnoldKick(FrameTask):
    """Renders .ass files with Arnold's kick."""

    description = "Renders an Arnold .ass file for each frame with kick (its options are not verified)."
    required_arguments = ("exported", "frames")
    argument_defaults = {"output": "", "kick": "kick", "kick_verbosity": 2, "render_service": "", "service": ""}
    argument_help = {
        "exported": "the pattern of the .ass files, such as /show/ass/shot.####.ass",
        "frames": FRAMES_HELP["frames"],
        "output": "the file pattern of the images; empty is what the .ass files say",
        "kick": "the program",
        "kick_verbosity": "level of its log, 0 to 6",
        "render_service": "service expression of these commands; empty is service, else that of Maya",
        "service": "service expression of all commands",
    }
    service_arguments = ("render_service", "service")
    service_setting = "service_maya"

    def cmd(self) -> Sequence[str]:
        """Return kick without a window."""
        kick, output = named_program(self.text("kick")), self.optional("output")
        image = path_option("-o", frame_path(output, self.frame) if output else "")
        argv: List[str] = [by_farmmake(self, kick, "--folder-of", image[1]) if image else kick]
        argv += ["-i", path_word(frame_path(self.text("exported"), self.frame))]
        return [*argv, "-dw", "-v", str(self.whole("kick_verbosity")), *image]


class PrmanRender(FrameTask):
    """Renders .rib files with prman."""

    description = "Renders a RenderMan .rib file for each frame with prman."
    required_arguments = ("exported", "frames")
    argument_defaults = {"prman": "prman", "project": None, "render_service": "PixarRender"}
    argument_help = {
        "exported": "the pattern of the .rib files, such as /show/rib/shot.####.rib",
        "frames": FRAMES_HELP["frames"],
        "prman": "the program",
        "project": "the folder that relative names in the files start from (-cwd)",
        "render_service": "service expression of these commands",
    }
    service_arguments = ("render_service",)

    def cmd(self) -> Sequence[str]:
        """Return prman with its progress lines and all threads. Source: the job scripts of RenderMan for Maya."""
        argv = [named_program(self.text("prman")), "-Progress", "-t:0"]
        argv += path_option("-cwd", self.optional("project"))
        return [*argv, path_word(frame_path(self.text("exported"), self.frame))]


def named_program(name: str) -> Program:
    """Return a program that an argument names, mapped per zone where it is a path."""
    from farmsubmit.tasks.argv import program

    return Program(program(name))


class MayaExportThenKick(ChunkTask):
    """Exports .ass files from Maya and renders them with kick, chunk by chunk."""

    description = "Exports .ass files from Maya, a task for each chunk, and renders each chunk's with kick after it."
    required_tasks = ("MayaExportAss", "ArnoldKick")
    required_arguments = needed(MayaExportAss.required_arguments, ArnoldKick.required_arguments)
    argument_defaults = defaults_of(required_arguments, ArnoldKick.argument_defaults, MayaExportAss.argument_defaults)
    argument_help = merged(ArnoldKick.argument_help, MayaExportAss.argument_help)


class MayaExportThenPrman(ChunkTask):
    """Exports .rib files from Maya and renders them with prman, chunk by chunk."""

    description = "Exports .rib files from Maya, a task for each chunk, and renders each chunk's with prman after it."
    required_tasks = ("MayaExportRib", "PrmanRender")
    required_arguments = needed(MayaExportRib.required_arguments, PrmanRender.required_arguments)
    argument_defaults = defaults_of(required_arguments, PrmanRender.argument_defaults, MayaExportRib.argument_defaults)
    argument_help = merged(PrmanRender.argument_help, MayaExportRib.argument_help)
