"""Big frames in tiles: Blender renders parts of a frame on several blades, oiiotool puts them together.

A tile is a picture of the whole size in which only one part is rendered, so no size has to be known when the job is
made: oiiotool cuts out each part and adds them up. What looks beyond a pixel, such as a denoiser or a glare, sees one
tile only and leaves a seam; do that afterwards.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any, Iterator, List, Sequence, Tuple

from farmsubmit.errors import ArgumentError, PluginError, did_you_mean
from farmsubmit.tasks.plugin import Flags
from farmsubmit.tasks.processor import Given, Processor, processor
from farmsubmit.tasks.shipped._base import FRAMES_HELP, FarmTask, FrameTask, merged, path_word
from farmsubmit.tasks.shipped._patterns import frame_path, split
from farmsubmit.tasks.shipped.blender import BlenderRender, wrapped
from farmsubmit.tasks.shipped.cleanup import Cleanup
from farmsubmit.tasks.shipped.movie import OIIOTOOL_WORDS, made_by_oiiotool
from farmsubmit.tasks.values import TEXT

_GRID = re.compile("([1-9][0-9]{0,2})x([1-9][0-9]{0,2})")
_MOST_TILES = 1024

_TILES = {"tiles": "columns and rows of tiles, such as 4x2", "output": "the file pattern of the frames, with ####"}


@processor(
    "GridToTilesProcessor", accepts=(TEXT,), description="Makes of a grid such as 2x2 the numbers of its tiles, from 1."
)
def grid_to_tiles(value: str, given: Given) -> List[int]:
    """Return the numbers of the tiles, from 1; raises ArgumentError for a text that is no grid."""
    columns, rows = grid(value)
    return list(range(1, columns * rows + 1))


def grid(text: str) -> Tuple[int, int]:
    """Return the columns and rows of a text such as ``4x2``; raises ArgumentError, also for more than 1024 tiles."""
    found = _GRID.fullmatch(text)
    if not found or int(found[1]) * int(found[2]) > _MOST_TILES:
        raise ArgumentError(f"tiles = {text!r} is no grid of at most {_MOST_TILES} tiles", "write for example 4x2")
    return int(found[1]), int(found[2])


def tile_folder(output: str, frame: int) -> str:
    """Return the folder for the tiles of a frame, beside the frame."""
    return frame_path(output, frame).rpartition(".")[0] + ".tiles"


def tile_path(output: str, frame: int, tile: int) -> str:
    """Return the file of a tile."""
    ending = split(output)[1].rpartition(".")[2]
    return f"{tile_folder(output, frame)}/{tile:04d}.{ending}"


class BlenderRenderTiles(FrameTask):
    """Renders each frame in tiles and puts them together."""

    description = "Renders each frame of a Blender scene in tiles, puts them together and removes them."
    required_tasks = ("BlenderTile", "TileAssembly", "TileCleanup")
    required_arguments = ("scene", "frames", "output", "tiles")
    argument_defaults = {
        "layers": (),
        "camera": "",
        "blender_scene": "",
        "order": "forward",
        "service": "",
        "movie_service": "",
        "keep_tiles": False,
    }
    argument_help = merged(
        {name: BlenderRender.argument_help[name] for name in ("scene", "layers", "camera", "blender_scene")},
        {name: FRAMES_HELP[name] for name in ("frames", "order", "service")},
        _TILES,
        {
            "keep_tiles": "True: leave the tiles where they are, in a folder .tiles beside each frame",
            "movie_service": "service expression of the assembly; empty is that of the settings",
        },
    )


class BlenderTile(FarmTask):
    """Renders one tile of one frame."""

    description = "Renders the tiles of one frame of a Blender scene, a task for each."
    elements_id = "tiles"
    flags = Flags.PER_ELEMENT
    required_arguments = ("scene", "frames", "output", "tiles")
    argument_defaults = {"layers": (), "camera": "", "blender_scene": "", "service": ""}
    argument_help = {
        name: BlenderRenderTiles.argument_help[name]
        for name in ("scene", "frames", "output", "tiles", "layers", "camera", "blender_scene", "service")
    }
    argument_processors = (Processor("GridToTilesProcessor", ["tiles.initial"]),)
    path_arguments = ("scene", "output")
    service_setting = "service"

    def cmd(self) -> Sequence[str]:
        """Return Blender with the wrapper, which runs script()."""
        return [*wrapped(self), "run"]

    def leaf_title(self) -> str:
        """Return the title, the frame, and which tile of which grid."""
        title = self.title or type(self).__name__
        return f"{title} {self.frame_set()}, tile {self.value('tiles')} of {self.arguments['tiles'].initial}"

    def script(self) -> str:
        """Render the tile inside Blender and return its file; raises PluginError where it was not written."""
        # Only inside Blender is there such a module, and nothing else in farmsubmit may need it.
        bpy = import_module("bpy")
        frame, tile = int(self.frame_set().first), int(self.value("tiles"))
        path = Path(tile_path(self.text("output"), frame, tile))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        scene = _scene(bpy, self.optional("blender_scene"))
        _choose(scene, self.texts("layers"), self.optional("camera"))
        _set_region(scene.render, region(tile, *grid(self.arguments["tiles"].initial)))
        scene.render.filepath = str(path)
        scene.frame_set(frame)
        bpy.ops.render.render(write_still=True, scene=scene.name)
        if not path.is_file() or path.stat().st_size == 0:
            form = scene.render.image_settings.file_format
            raise PluginError(f"the tile {path} was not written", f"the scene writes {form}")
        return str(path)


Bounds = Tuple[int, int]
"""A part of the width or height: which of how many."""


def region(tile: int, columns: int, rows: int) -> Tuple[Bounds, Bounds]:
    """Return the column and the row of a tile, each with how many there are; the first row is the lowest."""
    return ((tile - 1) % columns, columns), ((tile - 1) // columns, rows)


def pixels(size: int, part: Bounds) -> Iterator[float]:
    """Give the two ends of a part as fractions of the size.

    Blender cuts the fraction down to a whole pixel. A quarter of a pixel more keeps what its 32 bits lose from making
    it the pixel before, so that neighbours have the same edge.
    """
    place, count = part
    for edge in (place * size // count, (place + 1) * size // count):
        yield min((edge + 0.25) / size, 1.0) if edge else 0.0


def _set_region(render: Any, part: Tuple[Bounds, Bounds]) -> None:
    width, height = (
        max(side * render.resolution_percentage // 100, 1) for side in (render.resolution_x, render.resolution_y)
    )
    (columns, rows) = part
    if columns[1] > width or rows[1] > height:
        raise ArgumentError(f"a frame of {width}x{height} pixels cannot have {columns[1]}x{rows[1]} tiles")
    render.use_border, render.use_crop_to_border = True, False
    render.border_min_x, render.border_max_x = pixels(width, columns)
    render.border_min_y, render.border_max_y = pixels(height, rows)


def _scene(bpy: Any, name: str) -> Any:
    """Return a scene of the file, by default the one it was saved with; raises ArgumentError for one it has not."""
    if not name:
        return bpy.context.scene
    _check_known("the file has no scene", name, bpy.data.scenes.keys())
    return bpy.data.scenes[name]


def _choose(scene: Any, layers: Sequence[str], camera: str) -> None:
    """Let only these view layers render, from this camera; raises ArgumentError for one that the scene has not."""
    for name in layers:
        _check_known("the scene has no view layer", name, scene.view_layers.keys())
    for layer in scene.view_layers if layers else ():
        layer.use = layer.name in layers
    if camera:
        cameras = {item.name: item for item in scene.objects if item.type == "CAMERA"}
        _check_known("the scene has no camera", camera, list(cameras))
        scene.camera = cameras[camera]
        # A marker bound to a camera would switch to that one at its frame.
        for marker in scene.timeline_markers:
            marker.camera = None


def _check_known(problem: str, name: str, known: Sequence[str]) -> None:
    if name not in known:
        hint = did_you_mean(name, known) or f"there is {', '.join(known) or 'none'}"
        raise ArgumentError(f"{problem} {name!r}", hint)


def geometry(tile: int, columns: int, rows: int) -> str:
    """Return the part of a picture that a tile is, from the top, as oiiotool's ``--crop`` works it out."""
    (column, _), (row, _) = region(tile, columns, rows)
    left, right = (f"{place}*TOP.width//{columns}" for place in (column, column + 1))
    top, bottom = (f"TOP.height-{place}*TOP.height//{rows}" for place in (row + 1, row))
    return f"{{{left}}},{{{top}}},{{{right}-1}},{{{bottom}-1}}"


class TileAssembly(FrameTask):
    """Puts the tiles of a frame together."""

    description = "Cuts the parts out of the tiles of each frame and puts them together with oiiotool."
    required_arguments = ("frames", "output", "tiles")
    argument_defaults = {"movie_service": ""}
    argument_help = merged(
        {name: BlenderRenderTiles.argument_help[name] for name in ("frames", "output", "tiles", "movie_service")}
    )
    service_arguments = ("movie_service",)
    service_setting = "movie_service"

    def cmd(self) -> Sequence[str]:
        """Return oiiotool with the sum of the tiles."""
        columns, rows = grid(self.arguments["tiles"].initial)
        output = self.text("output")
        argv: List[str] = [self.program("oiiotool"), *OIIOTOOL_WORDS]
        for tile in range(1, columns * rows + 1):
            # Read as it is stored: colours multiplied with a soft edge's alpha and back would not be the same.
            argv += ["--iconfig", "oiio:UnassociatedAlpha", "1", path_word(tile_path(output, self.frame, tile))]
            # Cut, for dithering and compositing nodes leave something in the rest of the picture.
            argv += ["--evalon", "--crop", geometry(tile, columns, rows), "--evaloff"]
            argv += ["--add"] if tile > 1 else []
        return [*argv, "-o", made_by_oiiotool(frame_path(output, self.frame))]


class TileCleanup(Cleanup, FrameTask):
    """Removes the tiles of a frame."""

    description = "Removes the tiles of each frame, unless keep_tiles is True."
    required_arguments = ("frames", "output")
    argument_defaults = {"keep_tiles": False, "service": ""}
    argument_help = merged(
        {name: BlenderRenderTiles.argument_help[name] for name in ("frames", "output", "keep_tiles", "service")}
    )
    path_arguments = ("output",)
    leaf_title = FrameTask.leaf_title

    def stop_traversal(self) -> bool:
        """Leave it out where the tiles are to be kept."""
        return self.flag("keep_tiles")

    def doomed(self) -> Iterator[str]:
        """Give the folder of the frame's tiles."""
        yield tile_folder(self.text("output"), self.frame)
