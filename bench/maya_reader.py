"""Reading Maya scenes: megabytes a second and memory, on files made here of what such files are made of.

Speeds are the best of three reads of a file that the system holds in memory; the memory is that of a fresh process
which reads one file, above that of one which has only imported the reader. Everything is written to a temporary folder.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Iterable

from _report import report

from farmsubmit.scenes.maya import read_maya

MB = 1_000_000
HEAD = """//Maya ASCII 2024 scene
//Codeset: 1252
requires maya "2024";
currentUnit -l centimeter -a degree -t film;
fileInfo "application" "maya";
"""
TAIL = """select -ne :time1;
\tsetAttr ".o" 1001;
select -ne :defaultRenderGlobals;
\tsetAttr ".ren" -type "string" "arnold";
\tsetAttr ".an" yes;
\tsetAttr ".fs" 1001;
\tsetAttr ".ef" 1100;
// End of bench.ma
"""


def mesh(number: int) -> str:
    """Return a mesh as Maya writes it: long setAttr lines, continued by lines that start with two tabs."""
    points = [f"{number % 7}.0{index:05d}4567 {index * 0.013:.8f} -0.5" for index in range(166)]
    rows = "\n\t\t ".join(" ".join(points[start : start + 7]) for start in range(0, 166, 7))
    edges = "\n\t\t ".join(" ".join(f"{index} {index + 1} 0" for index in range(row, row + 14)) for row in range(24))
    vectors = "".join(f'\tsetAttr ".vt[{166 * part}:{166 * part + 165}]"  {rows};\n' for part in range(20))
    return (
        f'createNode transform -n "pSphere{number}";\n\trename -uid "BDB1080C-4E6C-F1F5-BF4E-E3BB94457C78";\n'
        f'createNode mesh -n "pSphereShape{number}" -p "pSphere{number}";\n\tsetAttr -k off ".v";\n'
        f'\tsetAttr ".uvst[0].uvsn" -type "string" "map1";\n\tsetAttr -s 3320 ".vt";\n{vectors}'
        f'\tsetAttr -s 336 ".ed[0:335]"  {edges};\n'
    )


def small_wanted(number: int) -> str:
    return (
        f'createNode file -n "file{number}";\n\trename -uid "BDB1080C-4E6C-F1F5-BF4E-E3BB94457C78";\n'
        f'\tsetAttr ".ail" yes;\n\tsetAttr ".ftn" -type "string" "/jobs/show//tex/wall_{number}.<UDIM>.exr";\n'
        f'\tsetAttr ".uvt" 3;\n\tsetAttr ".cs" -type "string" "ACEScg";\n'
    )


def small_others(number: int) -> str:
    return (
        f'createNode transform -n "t{number}" -p "grp";\n\tsetAttr ".t" -type "double3" 1 2 {number} ;\n'
        f'connectAttr "t{number}.msg" "set1.dnsm[{number}]";\n'
    )


def write_ascii(path: Path, size: int, node: Iterable[str]) -> None:
    """Write a scene of about this size: ``node`` yields the text of one node after the other."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(HEAD)
        for text in node:
            stream.write(text)
            if stream.tell() >= size:
                break
        stream.write(TAIL)


def repeated(block: str) -> Iterable[str]:
    while True:
        yield block


def chunk(tag: bytes, data: bytes) -> bytes:
    return tag + b"\xde\xad\xbe\xef" + struct.pack(">Q", len(data)) + data + bytes(-len(data) % 8)


def group(form: bytes, *children: bytes) -> bytes:
    data = form + b"".join(children)
    return b"FOR8\xde\xad\xbe\xef" + struct.pack(">Q", len(data)) + data


def write_binary(path: Path, size: int, node: bytes) -> None:
    head = group(b"HEAD", chunk(b"VERS", b"2024"), chunk(b"TUNI", b"film"), chunk(b"TDUR", b"141120000"))
    body = head + node * (size // len(node))
    path.write_bytes(b"FOR8\0\0\0\0" + struct.pack(">Q", len(body) + 4) + b"Maya" + body)


def binary_mesh() -> bytes:
    created = chunk(b"CREA", b"\x05pSphereShape1\0pSphere1\0" + bytes(16))
    return group(b"DMSH", created, *[chunk(b"FLT3", b"vt[0:165]\0 " + bytes(166 * 12))] * 20)


def binary_small() -> bytes:
    """Return a hundred transforms as Maya writes them, and a texture."""
    created = chunk(b"CREA", b"\x01transform1\0group1\0" + bytes(16))
    values = [chunk(b"DBL3", name + b"\0 " + bytes(24)) for name in (b"t", b"r", b"s", b"rp", b"sp")]
    file = group(b"RTFT", chunk(b"CREA", b"\x01file1\0" + bytes(16)), chunk(b"STR ", b"ftn\0 /tex/wall.exr\0"))
    return group(b"XFRM", created, *values) * 100 + file


def speed(path: Path) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        read_maya(path)
        times.append(time.perf_counter() - start)
    return path.stat().st_size / MB / min(times)


def report_speed(what: str, path: Path, least: float) -> None:
    value = speed(path)
    kept = "kept" if value >= least else "NOT KEPT"
    report(f"{what}, {path.stat().st_size / MB:.0f} MB", value, "MB/s", None, f"at least {least:g} MB/s: {kept}")
    path.unlink()


def resident_mb() -> float:
    """Return the most memory that this process has had; not what ru_maxrss says, which starts with the parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def memory_of(path: Path) -> float:
    done = subprocess.run([sys.executable, __file__, str(path)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="farmsubmit-bench-") as name:
        folder = Path(name)
        if shutil.disk_usage(folder).free < 2_000 * MB:
            sys.exit("the temporary folder has less than 2 GB free")
        big = folder / "big.ma"
        write_ascii(big, 500 * MB, repeated("".join(map(mesh, range(8)))))
        report("memory above the interpreter, .ma of 500 MB", memory_of(big), "MB", 80)
        report_speed(".ma, mesh data", big, 150)
        small = folder / "small.ma"
        write_ascii(small, 100 * MB, repeated("".join(map(small_wanted, range(500)))))
        report_speed(".ma, small nodes that are all read", small, 15)
        write_ascii(small, 100 * MB, repeated("".join(map(small_others, range(500)))))
        report_speed(".ma, small nodes and connections, none read", small, 15)
        binary = folder / "big.mb"
        write_binary(binary, 200 * MB, binary_mesh())
        report_speed(".mb, mesh data", binary, 200)
        write_binary(binary, 100 * MB, binary_small())
        report_speed(".mb, small nodes, one in a hundred read", binary, 200)


def memory(path: str) -> None:
    """Print how much reading a file adds to this process."""
    before = resident_mb()
    read_maya(path)
    print(resident_mb() - before)


if __name__ == "__main__":
    memory(sys.argv[1]) if sys.argv[1:] else main()
