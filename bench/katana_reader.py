"""Reading Katana scenes: a scene of more than 100 MB of XML, a small one, a bomb of 10 GB, and entities that grow.

Times and memory are those of a fresh process that reads one file, on Linux; memory is what it adds to its imports.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Callable, Iterator

from _report import report

from farmsubmit.errors import SceneError
from farmsubmit.scenes.katana import read_katana

HEADER = b'<katana archive="tar" release="4.5v1" version="4.5.1.000008">\n'
HINTS = "{&apos;slider&apos;: True, &apos;slidermax&apos;: 50, &apos;help&apos;: &quot;as the file has it&quot;}"
ENABLED = (
    '<group_parameter name="{name}"><number_parameter name="enable" value="0"/>'
    '<string_parameter name="value" value="/root/world/cam/camera"/>'
    '<string_parameter name="default" value="/root/world/cam/camera"/>'
    '<string_parameter name="type" value="StringAttr"/></group_parameter>\n'
)


def assign(number: int) -> str:
    """Return a node as Katana writes most of them: connected, with settings of which none is switched on."""
    settings = "".join(ENABLED.format(name=f"attribute{index}") for index in range(20))
    return (
        f'<node baseType="GenericAssign" name="Settings{number}" ns_viewState="2.0" type="ObjectSettings" x="1.0">\n'
        f'<port name="input" source="Settings{number - 1}.out" type="in"/><port name="out" type="out"/>\n'
        f'<group_parameter name="Settings{number}"><string_parameter hints="{HINTS}" name="CEL" value="/root"/>\n'
        f'<group_parameter name="args">{settings}</group_parameter></group_parameter></node>\n'
    )


def scene(nodes: int) -> Iterator[bytes]:
    yield b'<node name="rootNode" type="RootNode"><group_parameter name="rootNode">'
    yield b'<number_parameter name="inTime" value="1"/><number_parameter name="outTime" value="9"/></group_parameter>\n'
    for number in range(nodes):
        yield assign(number).encode()
    for number in range(20):
        source = f"Settings{nodes - 1}.out"
        yield f'<node name="R{number}" type="Render"><port name="input" source="{source}" type="in"/></node>'.encode()
    yield b"</node>\n"


def pack(path: Path, chunks: Iterator[bytes], size: int) -> None:
    entry = tarfile.TarInfo("scene/scene.katana")
    entry.size = size
    with path.open("wb") as stream:
        stream.write(HEADER)
        with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=1) as packed:
            packed.write(entry.tobuf(tarfile.GNU_FORMAT))
            for chunk in chunks:
                packed.write(chunk)
            packed.write(bytes(-size % 512 + 1024))


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{depth + 1} "{f"&l{depth};" * 10}">' for depth in range(20))
    return f'<!DOCTYPE katana [<!ENTITY l0 "lol">{entities}]><katana><node name="&l20;"/></katana>'.encode()


def peak_mb() -> float:
    # Not getrusage: its peak starts as that of the process that started this one.
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def read(path: str) -> None:
    """Print the seconds that reading takes, the memory that it adds, and what it says."""
    import ast  # noqa: F401  # what the reader imports when it is first used
    import gzip  # noqa: F401

    before, started = peak_mb(), time.perf_counter()
    try:
        said = f"{len(read_katana(path).outputs)} outputs"
    except SceneError as error:
        said = str(error).replace(path, "it")
    print(time.perf_counter() - started, peak_mb() - before, said, sep="\t")


def measured(path: Path) -> tuple[float, float, str]:
    done = subprocess.run([sys.executable, __file__, "read", str(path)], capture_output=True, text=True, check=True)
    seconds, memory, said = done.stdout.strip().split("\t")
    return float(seconds), float(memory), said


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        path = Path(made, "a.katana")
        for nodes in (200, 40_000):
            size = sum(map(len, scene(nodes)))
            pack(path, scene(nodes), size)
            seconds, memory, said = measured(path)
            what = f"a scene of {size / 1e6:.1f} MB of XML, {nodes:,} nodes"
            report(what, seconds, "s", peer=f"{size / 1e6 / seconds:.0f} MB/s, {said}")
            report("  memory", memory, "MB", 80)
        hostile: dict[str, Callable[[], object]] = {
            "a tar that says 10 GB": lambda: pack(path, iter([b" " * 2**20] * 20), 10 * 1024**3),
            "gzip of 10 GB that is no tar": lambda: _plain_bomb(path),
            "500 MB of empty elements": lambda: pack(path, iter([b"<node>", *[b"<a/>" * 2**18] * 500]), 501 * 2**20),
            "500 MB of short settings": lambda: pack(
                path, iter([b"<node>", *[b"<string_parameter/>" * 2**16] * 420]), 501 * 2**20
            ),
            "500 MB of one attribute": lambda: pack(path, iter([b'<node a="', *[b"x" * 2**20] * 500]), 501 * 2**20),
            "entities that grow": lambda: path.write_bytes(laughs()),
        }
        for what, make in hostile.items():
            make()
            seconds, memory, said = measured(path)
            report(what, seconds, "s", 2.0, peer=said)
            report("  memory", memory, "MB", 80)


def _plain_bomb(path: Path) -> None:
    """Write what unpacks to 10 GB of zeros: one packed piece of 1 GB, ten times."""
    piece = b"".join([gzip.compress(bytes(2**26), 1)] * 16)
    path.write_bytes(HEADER + piece * 10)


if __name__ == "__main__":
    read(sys.argv[2]) if sys.argv[1:2] == ["read"] else main()
