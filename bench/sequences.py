"""100,000 frames on disk: which are missing, empty or cut off; and 2,000 textures, 20 tiles each."""

from __future__ import annotations

import tempfile
from pathlib import Path

from _report import report, timed

from farmsubmit.lang.frames import FrameSet
from farmsubmit.scenes.facts import NeededFile, SceneFacts
from farmsubmit.scenes.sequences import needed_files, scan

FRAMES = 100_000
TEXTURES = 2_000
TILES = 20


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for frame in range(1, FRAMES + 1):
            if frame % 1000:
                (folder / f"a.{frame:06d}.exr").write_bytes(b"x" * (40 if frame % 777 else 5))
        frames = FrameSet.from_range(1, FRAMES)
        report(f"scan of {FRAMES:,} frames, all there", timed(lambda: scan(f"{folder}/a.######.exr", frames)), "s", 1.0)
        few = FrameSet.parse("1-100")
        report("scan of 100 frames in that folder", timed(lambda: scan(f"{folder}/a.######.exr", few)), "s")
        gone = timed(lambda: scan(f"{folder}/gone/a.######.exr", frames))
        report(f"scan of {FRAMES:,} frames in a missing folder", gone, "s")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for texture in range(TEXTURES):
            for tile in range(1001, 1001 + TILES):
                (folder / f"t{texture}.{tile}.tx").touch()
        files = tuple(NeededFile(f"{folder}/t{texture}.<UDIM>.tx") for texture in range(TEXTURES))
        facts = SceneFacts("maya", "/a.ma", files=files)
        report(f"needed files: {TEXTURES:,} of {TILES} tiles", timed(lambda: needed_files(facts)), "s", 1.0)


if __name__ == "__main__":
    main()
