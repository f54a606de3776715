"""Our own scenes, made by Blender itself: each function changes a small empty scene; runs inside Blender."""

from __future__ import annotations

from typing import Any, Callable, Dict

import bpy


def plain(scene: Any) -> None:
    scene.frame_end = 2


def steps(scene: Any) -> None:
    scene.frame_start, scene.frame_end, scene.frame_step = -3, 9, 4
    scene.render.fps, scene.render.fps_base = 24, 1.001


def layers(scene: Any) -> None:
    scene.view_layers[0].name = "Beauty ü"
    scene.view_layers.new("Off").use = False


def cameras(scene: Any) -> None:
    for name in ("Hero", "Spare"):
        scene.collection.objects.link(bpy.data.objects.new(name, bpy.data.cameras.new(name)))
    scene.timeline_markers.new("cut", frame=6).camera = bpy.data.objects["Hero"]


def output(scene: Any) -> None:
    scene.render.filepath = "//out put/ma##in.####"
    scene.render.image_settings.file_format = "OPEN_EXR"


def movie(scene: Any) -> None:
    if hasattr(scene.render.image_settings, "media_type"):
        scene.render.image_settings.media_type = "VIDEO"
    scene.render.image_settings.file_format = "FFMPEG"
    scene.render.ffmpeg.format = "MPEG4"


def stereo(scene: Any) -> None:
    scene.render.use_multiview = True


def scenes(scene: Any) -> None:
    bpy.data.scenes.new("Trailer").frame_end = 7


def images(scene: Any) -> None:
    for name, path in (("Wood", "//gone/wood.png"), ("Rock", "//rock.png")):
        image = bpy.data.images.new(name, 4, 4)
        image.source, image.filepath, image.use_fake_user = "FILE", path, True


def code(scene: Any) -> None:
    text = bpy.data.texts.new("startup.py")
    text.use_module = True
    text.write("print('ran')")


def drivers(scene: Any) -> None:
    held = bpy.data.objects.new("Held", None)
    scene.collection.objects.link(held)
    held.driver_add("location", 0).driver.expression = "len(str(frame))"


def nodes(scene: Any) -> None:
    if hasattr(scene, "compositing_node_group"):
        scene.compositing_node_group = bpy.data.node_groups.new("Comp", "CompositorNodeTree")
        node = scene.compositing_node_group.nodes.new("CompositorNodeOutputFile")
        node.directory, node.file_name = "//passes", "p"
        node.file_output_items.new("RGBA", "depth_")
        return
    scene.use_nodes = True
    node = scene.node_tree.nodes.new("CompositorNodeOutputFile")
    node.base_path = "//passes"
    node.file_slots[0].path = "depth_"


def variables(scene: Any) -> None:
    scene.render.filepath = "//{nope}/f.####"


def border(scene: Any) -> None:
    scene.render.use_border = True
    scene.render.use_overwrite = False
    scene.render.resolution_percentage = 50


_OF_ONE_SETTING = (plain, steps, layers, cameras, output, movie, stereo, variables, border)
SCENES: Dict[str, Callable[[Any], None]] = {
    made.__name__: made for made in (*_OF_ONE_SETTING, scenes, images, code, drivers, nodes)
}


def make(name: str, folder: str) -> str:
    """Make a scene of SCENES, save it, and return its path; it is open then."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = bpy.context.scene
    render = scene.render
    render.engine, render.resolution_x, render.resolution_y = "CYCLES", 16, 16
    render.filepath = "//frames/f.####"
    scene.cycles.samples, scene.cycles.use_denoising = 1, False
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(camera)
    scene.camera = camera
    SCENES[name](scene)
    path = f"{folder}/{name}.blend"
    bpy.ops.wm.save_as_mainfile(filepath=path)
    return path
