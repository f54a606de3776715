"""What a scene holds, as seen from inside Blender; blenderscript.py writes it for ``facts``.

The names are those of farmsubmit's SceneFacts. Nothing in the scene is run or changed.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence, Tuple

FACTS_VERSION = 1
Facts = Dict[str, Any]

# What else of a scene a path's variables and its end depend on.
_SHARED = ("use_file_extension", "fps", "fps_base", "resolution_x", "resolution_y", "resolution_percentage")


def write_facts(result: str) -> None:
    """Write the facts of the open scene as JSON, whole or not at all."""
    part = Path(f"{result}.part")
    part.write_text(json.dumps(scene_facts()), "ascii")
    part.replace(result)


def scene_facts() -> Facts:
    """Return the facts of the open scene under the names of farmsubmit's SceneFacts."""
    import bpy

    scene = bpy.context.scene
    settings = scene.render
    part = settings.resolution_percentage
    needed = sorted(_needed_files(), key=lambda item: (item["path"], item["node"]))
    references = [_reference(library) for library in bpy.data.libraries if not library.packed_file]
    code = list(_code())
    outputs = _outputs(scene)
    return {
        "facts_version": FACTS_VERSION,
        "dcc": "blender",
        "path": bpy.data.filepath,
        "version": ".".join(map(str, bpy.data.version[:2])),
        "fps": settings.fps / settings.fps_base,
        "current_frame": scene.frame_current,
        "frames": _range(scene),
        "renderer": settings.engine,
        "resolution": [settings.resolution_x * part // 100, settings.resolution_y * part // 100],
        "cameras": _cameras(scene),
        "layers": [{"name": one.name, "kind": "view layer", "renderable": one.use} for one in scene.view_layers],
        "outputs": outputs,
        "unresolved": [
            {"node": one["name"], "attribute": "path", "text": one["file"]} for one in outputs if not one["resolved"]
        ],
        "variables": [{"name": "scene", "value": scene.name, "options": bpy.data.scenes.keys()}],
        "files": needed,
        "references": references,
        "color": _color(scene),
        "code": code,
        "warnings": [*_scene_warnings(scene), *_missing(needed, references), *_code_warning(code)],
    }


def _range(scene: Any) -> Facts:
    return {"first": scene.frame_start, "last": scene.frame_end, "step": scene.frame_step, "source": "stored"}


def _cameras(scene: Any) -> List[Facts]:
    used = [scene.camera, *(marker.camera for marker in scene.timeline_markers)]
    return [{"name": item.name, "renderable": item in used} for item in scene.objects if item.type == "CAMERA"]


def _color(scene: Any) -> Dict[str, str]:
    return {
        "display_device": scene.display_settings.display_device,
        "view_transform": scene.view_settings.view_transform,
        "look": scene.view_settings.look,
        "exposure": f"{scene.view_settings.exposure:g}",
        "gamma": f"{scene.view_settings.gamma:g}",
    }


# --- outputs


def _outputs(active: Any) -> List[Facts]:
    """Return what each scene writes, the active one's image first and only its own enabled."""
    import bpy

    scenes = [active, *(scene for scene in bpy.data.scenes if scene != active)]
    return [output for scene in scenes for output in _scene_outputs(scene, scene == active)]


def _scene_outputs(scene: Any, active: bool) -> Iterator[Facts]:
    settings = scene.render
    views = used_views(settings) if settings.use_multiview else []
    yield {
        "name": scene.name,
        "kind": "movie" if settings.is_movie_format else "images",
        **_file_of(scene),
        "file_type": settings.image_settings.file_format,
        "frames": _range(scene),
        "enabled": active,
        "views": views,
    }
    for node in _file_output_nodes(scene):
        enabled = active and getattr(scene, "use_nodes", True) and settings.use_compositing and not node.mute
        for name, path, form in _slots(node):
            yield {
                "name": f"{scene.name}.{name}",
                "kind": "File Output",
                **_node_file(scene, path, form),
                "file_type": form,
                "frames": _range(scene),
                "enabled": enabled,
                "views": views,
            }


def used_views(settings: Any) -> List[str]:
    """Return the names of the views that a multi-view scene renders."""
    views = settings.views if settings.views_format == "MULTIVIEW" else settings.stereo_views
    return [view.name for view in views if view.use]


def _file_of(scene: Any) -> Facts:
    try:
        return {"file": file_pattern(scene), "resolved": True}
    except RuntimeError:
        # From 4.5 on a path may hold variables, and Blender names no file where one is unknown.
        return {"file": scene.render.filepath, "resolved": False}


def file_pattern(scene: Any) -> str:
    """Return the absolute path that Blender writes to, with ``####`` for the frame, or for a movie's first-last."""
    settings = scene.render
    runs = re.findall("#+", re.split(r"[/\\]", settings.filepath)[-1])
    width = len(runs[-1]) if runs else 4
    path = _resolve(settings.frame_path(frame=1))
    if settings.is_movie_format:
        before, span, after = path.rpartition(f"{scene.frame_start:0{width}d}-{scene.frame_end:0{width}d}")
        return f"{before}{'#' * width}{after}" if span else path
    # Blender alone knows where the number goes: it is where the paths of two frames differ.
    other = _resolve(settings.frame_path(frame=2))
    ends = [place + 1 for place, letters in enumerate(zip(path, other)) if letters[0] != letters[1]]
    return f"{path[: ends[0] - width]}{'#' * width}{path[ends[0] :]}" if ends else path


def _file_output_nodes(scene: Any) -> Iterator[Any]:
    for tree in _trees_below([_compositing(scene)]):
        yield from (node for node in tree.nodes if node.bl_idname == "CompositorNodeOutputFile")


def _compositing(scene: Any) -> Any:
    # Blender 5.0 made it a group of its own.
    return scene.compositing_node_group if hasattr(scene, "compositing_node_group") else scene.node_tree


def _trees_below(trees: Sequence[Any]) -> List[Any]:
    """Return node trees and the groups in them, each once."""
    found = list(dict.fromkeys(tree for tree in trees if tree))
    seen = set(found)
    for tree in found:
        groups = dict.fromkeys(getattr(node, "node_tree", None) for node in tree.nodes)
        found.extend(group for group in groups if group and group not in seen)
        seen.update(groups)
    return found


def _slots(node: Any) -> List[Tuple[str, str, str]]:
    """Return name, path and file type of each thing that a File Output node writes."""
    new = hasattr(node, "file_output_items")  # Blender 5.0 and newer
    folder, start = (node.directory, node.file_name) if new else (node.base_path, "")
    if node.format.file_format == "OPEN_EXR_MULTILAYER":
        return [(node.name, _under(folder, start) if new else folder, node.format.file_format)]
    slots = []
    for slot in node.file_output_items if new else node.file_slots:
        own = slot.override_node_format if new else not slot.use_node_format
        name = slot.name if new else slot.path
        form = slot.format if own else node.format
        slots.append((f"{node.name}.{name}", _under(folder, start + name), form.file_format))
    return slots


def _node_file(scene: Any, path: str, form: str) -> Facts:
    """Let Blender name the file of a node: as it would name that of a scene with the same path and format.

    That scene stands in data of its own: one that comes and goes in the open file crashes Blender 3.4 where its
    windows have not drawn the file yet.
    """
    import bpy

    with bpy.data.temp_data() as aside:
        scratch = aside.scenes.new(scene.name)
        scratch.render.filepath = path
        image = scratch.render.image_settings
        if hasattr(image, "media_type"):
            image.media_type = "MULTI_LAYER_IMAGE" if form == "OPEN_EXR_MULTILAYER" else "IMAGE"
        image.file_format = form
        for name in _SHARED:
            setattr(scratch.render, name, getattr(scene.render, name))
        return _file_of(scratch)


# --- files


def _needed_files() -> List[Facts]:
    import bpy

    found = [*_image_files(), *_data_files(), *_object_files(), *_node_files(), *_strip_files()]
    known = {item["path"] for item in found} | {_resolve(item.filepath) for item in bpy.data.libraries}
    # Whatever else Blender counts as a file of this scene.
    others = (_resolve(path) for path in bpy.utils.blend_paths(absolute=True, packed=False, local=False))
    return found + [_file(path, "", "", "file") for path in sorted(set(others) - known)]


def _file(path: str, node: str, attribute: str, kind: str) -> Facts:
    return {"path": path, "node": node, "attribute": attribute, "kind": kind}


def _under(folder: str, name: str) -> str:
    # Blender's paths are texts: pathlib would take the // apart that stands for the scene's folder.
    return os.path.join(folder, name)  # noqa: PTH118


def _resolve(path: str, owner: Any = None) -> str:
    import bpy

    # A path in a library starts from that library's folder; that of a library itself always from the scene's.
    resolved: str = bpy.path.abspath(path, library=getattr(owner, "library", None))
    return os.path.abspath(resolved)  # noqa: PTH100  # resolve() would follow links


def _image_files() -> Iterator[Facts]:
    import bpy

    kinds = {"FILE": "image", "SEQUENCE": "sequence", "MOVIE": "movie", "TILED": "udim"}
    for image in bpy.data.images:
        if image.source in kinds and image.filepath and not image.packed_file:
            yield _file(_resolve(image.filepath, image), image.name_full, "filepath", kinds[image.source])


def _data_files() -> Iterator[Facts]:
    import bpy

    data = bpy.data
    kinds = {"sound": data.sounds, "font": data.fonts, "movie": data.movieclips, "volume": data.volumes}
    for kind, items in {**kinds, "cache": data.cache_files}.items():
        for item in items:
            if item.filepath and item.filepath != "<builtin>" and not getattr(item, "packed_file", None):
                sequence = getattr(item, "is_sequence", False) or getattr(item, "source", "") == "SEQUENCE"
                path = _resolve(item.filepath, item)
                yield _file(path, item.name_full, "filepath", "sequence" if sequence else kind)


def _object_files() -> Iterator[Facts]:
    import bpy

    for item in bpy.data.objects:
        for modifier in item.modifiers:
            path, attribute = _modifier_cache(modifier)
            if path:
                yield _file(_resolve(path, item), f"{item.name_full}.{modifier.name}", attribute, "cache")


def _modifier_cache(modifier: Any) -> Tuple[str, str]:
    if modifier.type == "MESH_CACHE":
        return modifier.filepath, "filepath"
    if modifier.type == "OCEAN" and modifier.is_cached:
        return modifier.filepath, "filepath"
    if modifier.type == "FLUID" and modifier.fluid_type == "DOMAIN":
        return modifier.domain_settings.cache_directory, "cache_directory"
    return "", ""


def _node_files() -> Iterator[Facts]:
    """Return the IES lamps and OSL shaders that nodes read from disk."""
    for tree, name in _node_trees().items():
        for node in tree.nodes:
            if getattr(node, "mode", "") == "EXTERNAL" and getattr(node, "filepath", ""):
                yield _file(_resolve(node.filepath, tree), f"{name}.{node.name}", "filepath", "file")


def _node_trees() -> Dict[Any, str]:
    """Return every node tree with its name; one that is part of a material or the like has that one's name."""
    import bpy

    data = bpy.data
    owners = [owner for owner in (*data.materials, *data.worlds, *data.lights) if getattr(owner, "node_tree", None)]
    names = {owner.node_tree: owner.name_full for owner in owners}
    names.update((_compositing(scene), scene.name_full) for scene in data.scenes)
    names.update((group, group.name_full) for group in data.node_groups)
    names.pop(None, None)
    return names


def _strips(scene: Any) -> Sequence[Any]:
    editor = scene.sequence_editor
    if not editor:
        return ()
    # Blender 4.4 renamed them.
    return editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all  # type: ignore[no-any-return]


def _strip_files() -> Iterator[Facts]:
    import bpy

    for scene in bpy.data.scenes:
        for strip in _strips(scene):
            name = f"{scene.name}.{strip.name}"
            if strip.type == "MOVIE":
                yield _file(_resolve(strip.filepath, scene), name, "filepath", "movie")
            if strip.type == "IMAGE":
                path = _under(strip.directory, strip.elements[0].filename)
                kind = "sequence" if len(strip.elements) > 1 else "image"
                yield _file(_resolve(path, scene), name, "directory", kind)


def _reference(library: Any) -> Facts:
    path = _resolve(library.filepath)
    return {"path": path, "namespace": library.name, "loaded": Path(path).exists()}


# --- code and warnings


def _code() -> Iterator[Facts]:
    """Return the code in the scene that Blender runs where scripts are allowed; none of it runs here."""
    import bpy

    for text in bpy.data.texts:
        if text.use_module:
            yield {"node": text.name_full, "kind": "text block", "text": text.as_string()[:400]}
    for owner, name in _animated().items():
        for curve in owner.animation_data.drivers:
            if curve.driver.type == "SCRIPTED" and not curve.driver.is_simple_expression:
                yield {"node": f"{name}.{curve.data_path}", "kind": "driver", "text": curve.driver.expression}
    for tree, name in _node_trees().items():
        for node in tree.nodes:
            if node.bl_idname == "ShaderNodeScript" and (node.script or node.filepath):
                source = node.script.as_string()[:400] if node.script else node.filepath
                yield {"node": f"{name}.{node.name}", "kind": "OSL shader", "text": source}


def _animated() -> Dict[Any, str]:
    """Return whatever in the scene has drivers or keys, with its name."""
    import bpy

    blocks = _node_trees()
    for collection in dir(bpy.data):
        items = getattr(bpy.data, collection)
        if isinstance(items, bpy.types.bpy_prop_collection):
            blocks.update((item, item.name_full) for item in items)
    return {block: name for block, name in blocks.items() if getattr(block, "animation_data", None)}


def _code_warning(code: Sequence[Facts]) -> List[str]:
    names = ", ".join(item["node"] for item in code if item["kind"] != "OSL shader")
    return [f"the scene holds code that Blender runs only where scripts are allowed: {names}"] if names else []


def _missing(needed: Sequence[Facts], references: Sequence[Facts]) -> List[str]:
    gone = [f"{item['kind']} {item['node']} is missing: {item['path']}" for item in needed if not _exists(item["path"])]
    return gone + [f"library {one['namespace']} is missing: {one['path']}" for one in references if not one["loaded"]]


def _exists(path: str) -> bool:
    if "<UDIM>" not in path and "<UVTILE>" not in path:
        return Path(path).exists()
    folder = Path(path).parent
    tile = re.escape(Path(path).name).replace("<UDIM>", "[0-9]{4}").replace("<UVTILE>", "u[0-9]+_v[0-9]+")
    return folder.is_dir() and any(re.fullmatch(tile, entry.name) for entry in folder.iterdir())


def _scene_warnings(scene: Any) -> List[str]:
    import bpy

    settings = scene.render
    strips = settings.use_sequencer and any(strip.type != "SOUND" and not strip.mute for strip in _strips(scene))
    relative = not settings.filepath.startswith("//") and not Path(settings.filepath).is_absolute()
    version = ".".join(map(str, bpy.data.version[:2]))
    checks = {
        "the scene has never been saved": not bpy.data.filepath,
        f"Blender {version} wrote the scene and {bpy.app.version_string} read it, which may lose something": (
            tuple(bpy.data.version[:2]) > tuple(bpy.app.version[:2])
        ),
        "the renderer of the scene is not in this Blender": not settings.engine,
        "the scene has no camera": scene.camera is None and not strips,
        "no view layer is switched on for rendering": not any(layer.use for layer in scene.view_layers),
        "the strips of the sequencer are rendered, not what the camera sees": strips,
        "only a region of the picture is rendered": settings.use_border,
        "frames that are on disk already are not rendered again, for Overwrite is off": not settings.use_overwrite,
        f"the output {settings.filepath!r} starts from the folder that Blender is started in": relative,
    }
    return [sentence for sentence, applies in checks.items() if applies]
