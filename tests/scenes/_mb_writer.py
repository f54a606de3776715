"""Writes one logical scene as .ma and as .mb, so that a test can say that both are read alike.

The .mb follows what is known of the format: chunks in two widths, padding that a group's size includes, garbage where
Maya leaves memory as it was, times as ticks, types of plug-ins by ids that the file itself lists.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Optional, Sequence, Union

TYPE_IDS = {
    "transform": b"XFRM",
    "camera": b"DCAM",
    "mesh": b"DMSH",
    "renderLayer": b"RNDL",
    "file": b"RTFT",
    "script": b"SCRP",
    "audio": b"AUDI",
    "imagePlane": b"DIPL",
    "expression": b"DEXP",
}
FPS = {"film": 24.0, "pal": 25.0, "ntsc": 30.0, "23.976fps": 23.976}


@dataclass(frozen=True)
class Time:
    frame: float


# None stands for a statement that has flags only.
Value = Union[str, bool, float, Time, Sequence[str], None]


@dataclass
class Node:
    kind: str
    name: str
    values: dict[str, Value] = field(default_factory=dict)
    parent: str = ""


@dataclass
class Scene:
    version: str = "2024"
    unit: str = "film"
    nodes: list[Node] = field(default_factory=list)
    defaults: dict[str, dict[str, Value]] = field(default_factory=dict)
    connections: list[tuple[str, str]] = field(default_factory=list)
    references: list[tuple[int, str, str, str]] = field(default_factory=list)  # depth, path, namespace, node
    plugins: dict[str, dict[str, bytes]] = field(default_factory=dict)  # name → node type → id
    info: dict[str, str] = field(default_factory=dict)

    @property
    def year(self) -> int:
        return int(self.version[:4])


# --- .ma


def ascii_of(scene: Scene) -> bytes:
    lines = [f"//Maya ASCII {scene.version} scene", "//Name: test", "//Codeset: UTF-8"]
    for depth, path, namespace, node in scene.references:
        lines.append(f'file -rdi {depth} -ns "{namespace}" -rfn "{node}"\n\t\t -typ "mayaBinary" "{path}";')
    for depth, path, namespace, node in scene.references:
        if depth == 1:
            lines.append(f'file -r -ns "{namespace}" -dr 1 -rfn "{node}" -typ "mayaBinary" "{path}";')
    lines.append(f'requires maya "{scene.version}";')
    for name, types in scene.plugins.items():
        lines.append("requires " + " ".join(f'-nodeType "{kind}"' for kind in types) + f' "{name}" "1.0";')
    lines.append(f"currentUnit -l centimeter -a degree -t {scene.unit};")
    lines += [f"fileInfo {quoted(key)} {quoted(value)};" for key, value in scene.info.items()]
    for node in scene.nodes:
        parent = f" -p {quoted(node.parent)}" if node.parent else ""
        lines.append(f"createNode {node.kind} -n {quoted(node.name)}{parent};")
        lines += [set_attr(name, value) for name, value in node.values.items()]
    for name, values in scene.defaults.items():
        lines.append(f"select -ne :{name};")
        lines += [set_attr(attribute, value) for attribute, value in values.items()]
    lines += [f'connectAttr "{source}" "{target}";' for source, target in scene.connections]
    return "\n".join([*lines, "// End of test.ma", ""]).encode()


def quoted(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        text = text.replace(plain, escaped)
    return f'"{text}"'


def set_attr(name: str, value: Value) -> str:
    if value is None:
        return f'\tsetAttr -k on ".{name}";'
    if isinstance(value, str):
        return f'\tsetAttr ".{name}" -type "string" {quoted(value)};'
    if isinstance(value, bool):
        return f'\tsetAttr ".{name}" {"yes" if value else "no"};'
    if isinstance(value, Time):
        return f'\tsetAttr ".{name}" {value.frame:g};'
    if isinstance(value, (int, float)):
        return f'\tsetAttr ".{name}" {value:.15g};'
    return f'\tsetAttr ".{name}" -type "stringArray" {len(value)} {" ".join(map(quoted, value))}  ;'


# --- .mb


class Writer:
    """Writes chunks: ``wide`` ones have 8 bytes of size and are padded to 8, the others 4 and to 4."""

    def __init__(self, wide: bool) -> None:
        self.wide = wide

    def header(self, tag: bytes, size: int) -> bytes:
        return tag + (b"\xca\xfe\xba\xbe" + struct.pack(">Q", size) if self.wide else struct.pack(">I", size))

    def leaf(self, tag: bytes, data: bytes) -> bytes:
        return self.header(tag, len(data)) + data + b"\xee" * (-len(data) % (8 if self.wide else 4))

    def group(self, form: bytes, *children: bytes, tag: bytes = b"FOR") -> bytes:
        data = form + b"".join(children)
        return self.header(tag + (b"8" if self.wide else b"4"), len(data)) + data


def binary_of(scene: Scene, wide: bool, uuid: bytes = b"\xaa" * 16) -> bytes:
    out = Writer(wide)
    parts = [head(scene, out)]
    parts += [reference(out, b"FRDI", depth, *rest) for depth, *rest in scene.references]
    parts += [reference(out, b"FREF", None, *rest) for depth, *rest in scene.references if depth == 1]
    ids = {**TYPE_IDS, **{kind: code for types in scene.plugins.values() for kind, code in types.items()}}
    for node in scene.nodes:
        names = f"{node.name}\0{node.parent}\0" if node.parent else f"{node.name}\0"
        created = out.leaf(b"CREA", b"\x05" + names.encode() + (uuid if scene.year >= 2016 else b""))
        parts.append(out.group(ids[node.kind], created, *attributes(scene, out, node.values)))
    for name, values in scene.defaults.items():
        parts.append(out.group(b"SLCT", out.leaf(b"SLCT", f":{name}".encode()), *attributes(scene, out, values)))
    links = [out.leaf(b"CWFL", b"\0" + f"{a}\0{b}\0".encode()) for a, b in scene.connections]
    parts.append(out.group(b"CONS", out.group(b"CONN", *links), tag=b"LIS"))
    parts.append(out.group(b"HEAD", out.leaf(b"OBJN", b"21"), out.leaf(b"INCL", b"undef(")))
    return out.group(b"Maya", *parts)


def head(scene: Scene, out: Writer) -> bytes:
    chunks = [out.leaf(b"VERS", scene.version.encode()), out.leaf(b"LUNI", b"cm")]
    chunks.append(out.leaf(b"TUNI", scene.unit.encode()))
    if scene.year >= 2018:
        chunks.append(out.leaf(b"TDUR", b"141120000"))
    chunks += [out.leaf(b"FINF", f"{key}\0{value}\0".encode()) for key, value in scene.info.items()]
    for name, types in scene.plugins.items():
        flags = "".join(f' -nodeType "{kind}"' for kind in types)
        table = b"".join(kind.encode() + b"\0" + code for kind, code in types.items())
        chunks.append(out.leaf(b"PLUG", f"{name}\0001.0\0{flags}\0".encode() + table))
    return out.group(b"HEAD", *chunks)


def reference(out: Writer, tag: bytes, depth: Optional[int], path: str, namespace: str, node: str) -> bytes:
    before = b"" if depth is None else struct.pack(">I", depth)
    data = before + f"{path}\0{namespace}\0\x01\x01{node}\0v=0;\0mayaBinary\0".encode()
    return out.group(tag, out.leaf(tag, data))


def attributes(scene: Scene, out: Writer, values: dict[str, Value]) -> list[bytes]:
    return [attribute(scene, out, name, value) for name, value in values.items()]


def attribute(scene: Scene, out: Writer, name: str, value: Value) -> bytes:
    start = name.encode() + b"\0 "
    if value is None:
        return out.leaf(b"FLGS", name.encode() + b"\0&")
    if isinstance(value, str):
        return out.leaf(b"STR ", start + value.encode() + b"\0")
    if isinstance(value, Time):
        return out.leaf(b"DBLE", start + ticks(scene, value.frame))
    if isinstance(value, (bool, int, float)):
        return out.leaf(b"DBLE", start + struct.pack(">d", float(value)))
    strings = b"".join(text.encode() + b"\0" for text in value)
    return out.leaf(b"STR#", start + struct.pack(">I", len(value)) + strings)


def ticks(scene: Scene, frame: float) -> bytes:
    rate = 141120000 if scene.year >= 2018 else 6000
    return struct.pack(">q", round(frame * rate / FPS[scene.unit]))
