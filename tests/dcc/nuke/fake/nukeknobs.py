"""Which knobs nodes have, of the classes that the scenes of the tests use. Source: Nuke's reference of nodes."""

from __future__ import annotations

from typing import Dict

ARRAY, FILE, STRING, PLAIN = "Array_Knob", "File_Knob", "String_Knob", "Knob"


def _table(text: str) -> Dict[str, str]:
    kinds = {"a": ARRAY, "f": FILE, "s": STRING, "k": PLAIN}
    return {name: kinds[kind] for kind, name in (word.split(":") for word in text.split())}


_COMMON = _table(
    "s:name s:label a:xpos a:ypos a:selected a:disable a:tile_color a:note_font_size s:note_font a:hide_input"
    " s:onCreate s:knobChanged s:updateUI s:autolabel a:lifetimeStart a:lifetimeEnd a:useLifetime"
)
_WRITES = _table(
    "f:file f:proxy k:file_type k:views k:channels k:colorspace a:first a:last a:use_limit a:render_order a:reading"
    " a:create_directories k:frame_mode s:frame s:beforeRender s:afterRender s:beforeFrameRender s:afterFrameRender"
    " k:datatype k:compression a:checkHashOnRead a:version"
)
_READS = _table("f:file f:proxy a:first a:last a:origfirst a:origlast a:origset k:format k:colorspace k:on_error")
_GROUP = _table("k:gsv")

CLASSES: Dict[str, Dict[str, str]] = {
    "Root": _table(
        "f:name f:project_directory a:first_frame a:last_frame a:frame a:fps k:format a:proxy k:proxy_type"
        " k:proxy_format a:proxySetting k:views a:lock_range k:colorManagement k:OCIO_config f:customOCIOConfigPath"
        " k:workingSpaceLUT k:monitorLut k:gsv s:onScriptLoad s:onScriptSave s:onScriptClose"
    ),
    "Write": _WRITES,
    "DeepWrite": _WRITES,
    "WriteGeo": _WRITES,
    "Read": _READS,
    "DeepRead": _READS,
    "ReadGeo2": _table("f:file a:read_on_each_frame"),
    "Camera2": _table("f:file a:read_from_file a:focal"),
    "Precomp": _table("f:file a:useOutput s:output"),
    "LiveGroup": _table("f:file a:published a:modified"),
    "Group": _GROUP,
    "Input": _table("a:number"),
    "Output": {},
    "Dot": {},
    "NoOp": {},
    "Blur": _table("a:size k:channels"),
    "Merge2": _table("k:operation"),
    "Constant": _table("a:color k:format k:channels"),
    "BlinkScript": _table("f:kernelSourceFile s:kernelSource"),
    "Viewer": _table("a:frame k:frame_range a:fps"),
}
# The kinds of knobs that a person adds, as addUserKnob counts them. Source: Nuke's Tcl reference, addUserKnob.
USER_KINDS = {"1": STRING, "2": FILE, "3": ARRAY, "6": ARRAY, "7": ARRAY, "20": PLAIN, "26": PLAIN}


def known_knobs(cls: str) -> Dict[str, str]:
    """Return the knobs of a class; of a gizmo those that every node has."""
    return {**_COMMON, **CLASSES.get(cls, {})}
