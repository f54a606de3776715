"""Nuke scripts of 100 MB and more: read, and memory above that of a fresh interpreter.

The mixed script holds what scripts of comps hold: many small nodes, animation curves, roto in long lines, groups, reads
and writes. Every figure is that of a fresh process.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Iterator

from _report import report

from farmsubmit.scenes.nuke import read_nuke

MEGABYTES = 110
LEAST_SPEED = 5.0
MOST_MEMORY = 80.0
HEAD = """#! /opt/Nuke15.1v3/libnuke-15.1.3.so -nx
version 15.1 v3
Root {
 inputs 0
 name /show/shot/comp.nk
 first_frame 1001
 last_frame 1100
 format "1920 1080 0 0 1920 1080 1 HD_1080"
 project_directory /show/shot
}
"""


def small(number: int) -> str:
    return f"""Grade {{
 white {{1.1 1.02 0.98 1}}
 black_clamp false
 name Grade{number}
 label "gain \\[value white]"
 selected true
 xpos {number % 5000}
 ypos {number // 7}
}}
set N{number:x} [stack 0]
push $N{number:x}
"""


def merge(number: int) -> str:
    return f"""push 0
Merge2 {{
 inputs 2+1
 operation over
 also_merge all
 name Merge{number}
 xpos {number % 5000}
 ypos -40
}}
"""


def source(number: int) -> str:
    return f"""Read {{
 inputs 0
 file_type exr
 file renders/plate{number}/plate{number}.%04d.exr
 format "1920 1080 0 0 1920 1080 1 HD_1080"
 first 1001
 last 1100
 origset true
 colorspace scene_linear
 name Read{number}
 xpos {number % 5000}
}}
"""


def curves(number: int) -> str:
    keys = " ".join(f"x{frame} {frame * 0.37:.4f}" for frame in range(1001, 1101))
    return f"Transform {{\n translate {{{{curve {keys}}} {{curve {keys}}}}}\n name Transform{number}\n}}\n"


def roto(number: int) -> str:
    point = "{{a t {{x42bc0000 x3f753f7d}} rp {{x42bc0000 1}}} x44a0e000 x440b0000} "
    return f"Roto {{\n output alpha\n curves {{{{{{v x3f99999a}} {{f 0}} {point * 2000}}}}}\n name Roto{number}\n}}\n"


def group(number: int) -> str:
    inside = " Input {\n  inputs 0\n  name Input1\n }\n Blur {\n  size {{parent.amount}}\n  name Blur1\n }\n"
    write = f' Write {{\n  file "\\[value root.project_directory]/out/g{number}.####.exr"\n  name Write1\n }}\n'
    tail = " Output {\n  name Output1\n }\nend_group\n"
    return f"Group {{\n name Group{number}\n addUserKnob {{7 amount}}\n}}\n" + inside + write * (number % 7 == 0) + tail


def mixed() -> Iterator[str]:
    """Yield the pieces of a script without end; small nodes are most of its nodes, as they are of comps."""
    picked = random.Random(7)
    kinds = [small] * 60 + [merge] * 20 + [source] * 6 + [curves] * 10 + [group] * 3 + [roto]
    number = 0
    while True:
        number += 1
        yield picked.choice(kinds)(number)


def only_small() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield small(number)


def one_line() -> Iterator[str]:
    """Yield one node, one of whose knobs is one line of nearly all the megabytes."""
    yield 'Write {\n file /out/a.####.exr\n name Write1\n}\nOpticalFlares {\n data "'
    for _ in range(MEGABYTES - 2):
        yield "0123456789" * 100_000
    yield '"\n name Flares1\n}\nWrite {\n file /out/b.####.exr\n name Write2\n}\n'


def written(path: Path, pieces: Iterator[str]) -> float:
    """Write a script of the size asked for and return its megabytes."""
    size = 0
    with path.open("w", encoding="utf-8") as stream:
        size += stream.write(HEAD)
        for piece in pieces:
            size += stream.write(piece)
            if size > MEGABYTES * 1_000_000:
                break
    return path.stat().st_size / 1e6


def child(path: str) -> None:
    """Print the seconds that reading took, the memory it added in MB, and how many outputs and files there are."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    facts = read_nuke(path)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(seconds, (after - before) / 1024, len(facts.outputs), len(facts.files))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for what, pieces in (("mixed", mixed()), ("small nodes only", only_small()), ("one line", one_line())):
            script = Path(folder, "big.nk")
            size = written(script, pieces)
            argv = [sys.executable, __file__, str(script)]
            done = subprocess.run(argv, capture_output=True, text=True, check=True)
            seconds, memory, outputs, files = map(float, done.stdout.split())
            print(f"{what}: {size:.0f} MB, {outputs:.0f} outputs, {files:.0f} files")
            slowest = size / LEAST_SPEED
            report("  read", seconds, "s", slowest, f"{size / seconds:.1f} MB/s, at least {LEAST_SPEED:g}")
            report("  memory above the interpreter", memory, "MB", MOST_MEMORY)


if __name__ == "__main__":
    child(sys.argv[1]) if len(sys.argv) > 1 else main()
