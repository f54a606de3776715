"""A dozen small Katana scenes of our own, as Katana writes them but for what only its windows need."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Dict
from xml.sax.saxutils import quoteattr

from katanastate import packed


def text(name: str, value: str = "", expression: str = "") -> str:
    said = f" expression={quoteattr(expression)}" if expression else f" value={quoteattr(value)}"
    return f"<string_parameter name={quoteattr(name)}{said}/>"


def number(name: str, value: object = 0, expression: str = "") -> str:
    said = f' expression={quoteattr(expression)} isexpression="true"' if expression else ""
    return f'<number_parameter name="{name}"{said} value="{value}"/>'


def group(name: str, *inside: str) -> str:
    return f'<group_parameter name="{name}">{"".join(inside)}</group_parameter>'


def array(name: str, *values: object, kind: str = "string") -> str:
    items = "".join(f'<{kind}_parameter name="i{i}" value="{value}"/>' for i, value in enumerate(values))
    return f'<{kind}array_parameter name="{name}" size="{len(values)}" tupleSize="1">{items}</{kind}array_parameter>'


def node(kind: str, name: str, *inside: str, ports: str = "", nodes: str = "", bypassed: bool = False) -> str:
    off = ' bypassed="true"' if bypassed else ""
    return f'<node name="{name}" type="{kind}"{off}>{ports}{group(name, *inside)}{nodes}</node>'


def into(source: str, name: str = "input") -> str:
    return f'<port name="{name}" source="{source}" type="in"/>'


def out(name: str = "out", returns: str = "") -> str:
    said = f' returns="{returns}"' if returns else ""
    return f'<port name="{name}"{said} type="out"/>'


def setting(name: str, value: str, enable: int = 1) -> str:
    return group(name, number("enable", enable), text("value", value), text("type", "StringAttr"))


def settings(name: str, *inside: str, ports: str = "") -> str:
    return node("RenderSettings", name, group("args", group("renderSettings", *inside)), ports=ports + out())


def outputs(*labels: str, folder: str = "/out", flags: str = "") -> str:
    on = flags or "1" * len(labels)
    return group(
        "outputs",
        array("locations", *(f"{folder}/{label}.0042.exr" for label in labels)),
        array("labels", *labels),
        array("types", *("raw" for _ in labels)),
        array("enabledFlags", *on, kind="number"),
    )


def farm(*inside: str) -> str:
    return group("farmSettings", *inside)


def variable(name: str, value: str, *options: str) -> str:
    return group(name, number("enable", 1), text("value", value), array("options", *options))


TIMES = number("inTime", 1) + number("outTime", 10) + number("currentTime", 42)


def project(*nodes: str, root: str = "") -> str:
    return f'<node name="rootNode" type="RootNode">{group("rootNode", TIMES, root)}{"".join(nodes)}</node>'


def _one() -> str:
    camera = settings("Settings", setting("cameraName", "/root/world/cam/shot"), setting("renderer", "prman"))
    return project(camera, node("Render", "Beauty", outputs("primary"), ports=into("Settings.out")))


def _chain() -> str:
    first = node("Render", "Shadow", outputs("shadow"), ports=out())
    second = node("Render", "Beauty", outputs("primary"), ports=into("Shadow.out") + out())
    write = node("ImageWrite", "Comp", group("inputs", group("i0", text("file", "/out/comp.####.exr"))))
    return project(first, second, write.replace("<group_parameter", into("Beauty.out") + "<group_parameter", 1))


def _grouped() -> str:
    inside = node("Render", "Inner", outputs("inner"), ports=into("G.i0") + out(returns="o0"))
    outer = node("Group", "G", ports=into("First.out", "i0") + out("o0"), nodes=inside)
    first = node("Render", "First", outputs("first"), ports=out())
    return project(first, outer, node("Render", "Last", outputs("last"), ports=into("G.o0")))


def _variables() -> str:
    root = group("variables", variable("shot", "sh010", "sh010", "sh020"), variable("look", "day", "day", "night"))
    return project(node("Render", "Beauty", outputs("primary")), root=root)


def _ranges() -> str:
    active = group("activeFrameRange", number("start", 3), number("end", 8))
    told = farm(text("setActiveFrameRange", "Yes"), active, text("dependAll", "Yes"))
    return project(node("Render", "Own", outputs("a"), told), node("Render", "Scene", outputs("b")))


def _farm_settings() -> str:
    told = farm(text("farmsubmit_frames", "1-9x4,20"), number("farmsubmit_chunk", 2), text("farmsubmit_service", "Big"))
    return project(node("Render", "Beauty", outputs("primary"), told), node("Render", "Other", outputs("other")))


def _excluded() -> str:
    told = farm(text("excludeFromFarmOutputGeneration", "Yes"))
    off = node("Render", "Off", outputs("off"), bypassed=True)
    return project(node("Render", "Not", outputs("n"), told), off, node("Render", "Yes", outputs("y")))


def _passes() -> str:
    return project(node("Render", "Beauty", outputs("primary", "depth", "id", flags="110")))


def _script() -> str:
    command = node("RenderScript", "Sync", text("command", "rsync"), array("commandArguments", "-a", "/a"))
    lua = node("OpScript", "Lua", group("script", text("lua", "Interface.SetAttr('a')")))
    return project(command, lua)


def _files() -> str:
    cache = node("Alembic_In", "Cache", text("abcAsset", expression="project.dir + '/abc/x.abc'"))
    picture = node("ImageRead", "Plate", text("file", "plates/a.####.exr"))
    live = node("LiveGroup", "Kit", text("source", "/lib/kit.livegroup"))
    return project(cache, picture, live, node("Render", "Beauty", outputs("primary")))


def _defined() -> str:
    place = group("locationSettings", group("renderLocation", number("enable", 1), text("value", "/out/d.####.exr")))
    kind = group("rendererSettings", group("fileExtension", number("enable", 1), text("value", "exr")))
    told = group("args", group("renderSettings", group("outputs", group("outputName", place, kind))))
    define = node("RenderOutputDefine", "Define", text("outputName", "depth"), told, ports=out())
    return project(define, node("Render", "Beauty", ports=into("Define.out")))


def _size() -> str:
    root = text("resolution", "720x406") + number("workingInTime", 2) + number("workingOutTime", 5)
    return project(node("Render", "Ünï cødé", outputs("primary", folder="/out/ä b")), root=root)


SCENES: Dict[str, Callable[[], str]] = {
    "one": _one,
    "chain": _chain,
    "grouped": _grouped,
    "variables": _variables,
    "ranges": _ranges,
    "farm settings": _farm_settings,
    "excluded": _excluded,
    "passes": _passes,
    "script": _script,
    "files": _files,
    "defined": _defined,
    "size and 木": _size,
}


def write(folder: Path, xml: str, name: str = "shot") -> Path:
    """Write a scene file as Katana does, and return it."""
    path = folder / f"{name}.katana"
    path.write_bytes(packed(xml))
    return path
