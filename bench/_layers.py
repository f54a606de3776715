"""The scene that the benchmarks of the dialog open: a Maya shot with 200 layers and 5,000 textures."""

from __future__ import annotations

from pathlib import Path

from farmsubmit.scenes.facts import Camera, FrameRange, Layer, NeededFile, Output, SceneFacts

LAYERS, FILES = 200, 5_000


def scene(folder: Path) -> SceneFacts:
    return SceneFacts(
        "maya",
        str(folder / "shot.ma"),
        "2026",
        frames=FrameRange(1001, 1100),
        cameras=(Camera("shotCam"),),
        layers=tuple(Layer(f"layer{number:03}", "render setup layer") for number in range(LAYERS)),
        outputs=(Output("main", file=f"{folder}/<RenderLayer>.####.exr"),),
        files=tuple(NeededFile(f"X:/show/tex/asset{number % 97}/tile{number}.tx") for number in range(FILES)),
    )
