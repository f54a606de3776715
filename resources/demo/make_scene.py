"""Make the demo scene: a mirror ball bobs over a wave of coloured columns; 12 frames that loop.

    blender -b --factory-startup --python-exit-code 1 -P make_scene.py -- OUT.blend

Everything is made here, so that the demo ships no binary file. It renders with Cycles on the processor, which needs
no display and no graphics card, with light that leaves no noise at few samples.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any, Optional, Tuple

Color = Tuple[float, float, float]

FRAMES = 12
SIDE = 15
SPACING = 0.5
# From the middle outwards, linear: coral, amber, sea green, deep blue, violet.
PALETTE: Tuple[Color, ...] = (
    (0.92, 0.13, 0.09),
    (0.95, 0.48, 0.10),
    (0.16, 0.62, 0.42),
    (0.05, 0.33, 0.66),
    (0.20, 0.12, 0.46),
)


def main(out: str) -> None:
    """Make the scene and save it as ``out``."""
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    _settings(scene)
    _columns(scene)
    _ball(scene)
    _floor(scene)
    _lights(scene)
    _camera(scene)
    target = Path(out).absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(target), compress=True)


def _settings(scene: Any) -> None:
    scene.name = "Demo"
    scene.frame_start, scene.frame_end = 1, FRAMES
    render = scene.render
    render.engine = "CYCLES"
    render.fps = 24
    render.resolution_x, render.resolution_y = 480, 270
    render.filepath = "//frames/demo.####.png"
    render.image_settings.file_format = "PNG"
    render.use_persistent_data = True
    scene.view_settings.view_transform = "Standard"
    cycles = scene.cycles
    cycles.samples = 6
    cycles.use_adaptive_sampling = False
    # Not every build of Blender has the denoiser; without it, asking for it is an error.
    cycles.use_denoising = False
    cycles.max_bounces = 2
    cycles.diffuse_bounces = 0
    cycles.glossy_bounces = 1
    cycles.caustics_reflective = False


def _height(distance: float, phase: float) -> float:
    """Return the height of the water at a distance from the middle; ``phase`` runs once around in the loop."""
    return 0.75 + 0.42 * math.cos(1.55 * distance - phase) * math.exp(-0.16 * distance)


def _phase(frame: int) -> float:
    return 2 * math.pi * (frame - 1) / FRAMES


def _columns(scene: Any) -> None:
    mesh = _rounded_box()
    mesh.materials.append(_matte("Columns"))
    for row in range(SIDE):
        for column in range(SIDE):
            _column(scene, mesh, (row - SIDE // 2) * SPACING, (column - SIDE // 2) * SPACING)


def _column(scene: Any, mesh: Any, x: float, y: float) -> None:
    distance = math.hypot(x, y)
    if distance > SPACING * (SIDE // 2 + 0.3):
        return
    column = _add(scene, "Column", mesh)
    column.color = (*_color(distance / (SPACING * SIDE / 2)), 1)
    for frame in range(1, FRAMES + 1):
        column.location = (x, y, _height(distance, _phase(frame)) - 1)
        column.keyframe_insert("location", frame=frame)


def _rounded_box() -> Any:
    made, ops = _new_shape()
    ops.create_cube(made, size=1)
    ops.scale(made, vec=(0.46, 0.46, 2), verts=made.verts)
    ops.bevel(made, geom=made.edges[:], offset=0.05, segments=3, affect="EDGES", profile=0.5)
    return _finish(made, "Column")


def _ball(scene: Any) -> None:
    made, ops = _new_shape()
    ops.create_uvsphere(made, u_segments=48, v_segments=24, radius=0.62)
    ball = _add(scene, "Ball", _finish(made, "Ball"))
    ball.data.materials.append(_mirror("Ball"))
    for frame in range(1, FRAMES + 1):
        ball.location = (0, 0, 2.15 + 0.42 * math.cos(_phase(frame)))
        ball.keyframe_insert("location", frame=frame)


def _new_shape() -> Tuple[Any, Any]:
    import bmesh  # type: ignore[import-not-found]

    return bmesh.new(), bmesh.ops


def _finish(made: Any, name: str) -> Any:
    import bpy

    mesh = bpy.data.meshes.new(name)
    made.to_mesh(mesh)
    made.free()
    for polygon in mesh.polygons:
        polygon.use_smooth = True
    return mesh


def _floor(scene: Any) -> None:
    made, ops = _new_shape()
    ops.create_grid(made, x_segments=1, y_segments=1, size=60)
    floor = _add(scene, "Floor", _finish(made, "Floor"))
    floor.data.materials.append(_matte("Floor", (0.72, 0.66, 0.60)))


def _lights(scene: Any) -> None:
    """Light by one hard sun; the light of the sky, which needs many samples to be smooth, is in the materials."""
    import bpy

    sun = bpy.data.lights.new("Sun", "SUN")
    sun.energy, sun.angle, sun.color = 3.1, 0.0, (1.0, 0.92, 0.80)
    lamp = _add(scene, "Sun", sun)
    lamp.rotation_euler = (math.radians(48), math.radians(8), math.radians(-52))
    world = bpy.data.worlds.new("Sky")
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = (0.42, 0.55, 0.85, 1)
    world.cycles_visibility.diffuse = False
    scene.world = world


def _camera(scene: Any) -> None:
    import bpy

    aim = _add(scene, "Aim", None)
    aim.location = (0, 0, 0.55)
    camera = _add(scene, "Camera", bpy.data.cameras.new("Camera"))
    camera.data.lens = 43
    follow = camera.constraints.new("TRACK_TO")
    follow.target = aim
    scene.camera = camera
    for frame in range(1, FRAMES + 1):
        turn = math.radians(-58 + 5 * math.sin(_phase(frame)))
        camera.location = (11.4 * math.cos(turn), 11.4 * math.sin(turn), 6.6)
        camera.keyframe_insert("location", frame=frame)


def _add(scene: Any, name: str, data: Any) -> Any:
    import bpy

    made = bpy.data.objects.new(name, data)
    scene.collection.objects.link(made)
    return made


def _matte(name: str, color: Optional[Color] = None) -> Any:
    """Return a material without gloss, of the color given or of the object that wears it."""
    import bpy

    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    hue = nodes.new("ShaderNodeRGB" if color else "ShaderNodeObjectInfo").outputs["Color"]
    if color:
        hue.default_value = (*color, 1)
    sun, sky, both = (nodes.new(f"ShaderNode{kind}") for kind in ("BsdfDiffuse", "Emission", "AddShader"))
    links.new(hue, sun.inputs["Color"])
    links.new(hue, sky.inputs["Color"])
    links.new(_sky_light(material.node_tree), sky.inputs["Strength"])
    links.new(sun.outputs["BSDF"], both.inputs[0])
    links.new(sky.outputs["Emission"], both.inputs[1])
    links.new(both.outputs["Shader"], nodes["Material Output"].inputs["Surface"])
    _light_nothing(material)
    return material


def _light_nothing(material: Any) -> None:
    # The glow is only to be seen, and a lamp the fewer is time the less. Blender 3.5 renamed the switch.
    if hasattr(material.cycles, "emission_sampling"):
        material.cycles.emission_sampling = "NONE"
    else:
        material.cycles.sample_as_light = False


def _sky_light(tree: Any) -> Any:
    """Return the socket of a light that is strongest on what faces up and towards the camera."""
    facing = tree.nodes.new("ShaderNodeVectorMath")
    facing.operation = "DOT_PRODUCT"
    facing.inputs[1].default_value = (0.10, -0.16, 0.22)
    tree.links.new(tree.nodes.new("ShaderNodeNewGeometry").outputs["Normal"], facing.inputs[0])
    lifted = tree.nodes.new("ShaderNodeMath")
    lifted.inputs[1].default_value = 0.17
    tree.links.new(facing.outputs["Value"], lifted.inputs[0])
    return lifted.outputs["Value"]


def _mirror(name: str) -> Any:
    import bpy

    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    shader = nodes.new("ShaderNodeBsdfGlossy")
    shader.inputs["Color"].default_value = (0.93, 0.93, 0.96, 1)
    shader.inputs["Roughness"].default_value = 0.0
    links.new(shader.outputs["BSDF"], nodes["Material Output"].inputs["Surface"])
    return material


def _color(place: float) -> Color:
    """Return the color at a place between the middle, 0, and the rim, 1."""
    at = min(max(place, 0.0), 1.0) * (len(PALETTE) - 1)
    left = min(int(at), len(PALETTE) - 2)
    part = at - left
    red, green, blue = (a + (b - a) * part for a, b in zip(PALETTE[left], PALETTE[left + 1]))
    return red, green, blue


if __name__ == "__main__":
    if "--" not in sys.argv or len(sys.argv) != sys.argv.index("--") + 2:
        sys.exit("usage: blender -b --factory-startup --python-exit-code 1 -P make_scene.py -- OUT.blend")
    main(sys.argv[-1])
