"""What the tests of the dialog share: a home of their own, a scene, a session, and nothing left alive after a test."""

from __future__ import annotations

import gc
import os
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Callable, Iterator, List

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Qt 5 complains where a session has none, and a complaint fails a test.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="farmsubmit-runtime-"))
pytest.importorskip("qtpy")

from farmsubmit_ui import ensure_binding

ensure_binding()

from qtpy.QtCore import QSettings, Qt  # noqa: E402
from qtpy.QtTest import QTest  # noqa: E402
from qtpy.QtWidgets import QWidget  # noqa: E402

from farmsubmit.author.elements import Job  # noqa: E402
from farmsubmit.scenes.facts import Camera, FrameRange, Layer, NeededFile, Output, SceneFacts  # noqa: E402
from farmsubmit_ui import worker  # noqa: E402
from farmsubmit_ui.session import Session  # noqa: E402

LAYERS = ("beauty", "fx_smoke", "mattes", "turntable")


@pytest.fixture(autouse=True, scope="module")
def collector_away() -> Iterator[None]:
    """Collect between tests only, as the application does between events; see farmsubmit_ui.caretaker."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home for settings, state and history, and no site, show or setting of the person who runs the tests."""
    for name in [name for name in os.environ if name.startswith("FARMSUBMIT_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    monkeypatch.setenv("FARMSUBMIT_HOME", str(home))
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    return home


@pytest.fixture(autouse=True)
def nothing_left(qapp: Any, qtlog: Any) -> Iterator[None]:
    """Fail a test that leaves a thread alive or makes Qt complain."""
    before = set(threading.enumerate())
    yield
    worker.shutdown()
    if qapp.keyboardModifiers():
        # What is clicked with Ctrl leaves it held down for all tests that come.
        QTest.keyClick(QWidget(), Qt.Key.Key_F12)
    end = time.monotonic() + 2
    while alive_since(before) and time.monotonic() < end:
        time.sleep(0.01)
    assert not alive_since(before)
    # The offscreen platform has no window manager to hand these things to.
    told = [record.message for record in qtlog.records if record.log_type_name != "QtDebugMsg"]
    assert not [text for text in told if not text.startswith("This plugin does not support")]


@pytest.fixture
def maya_facts(tmp_path: Path) -> SceneFacts:
    """A Maya scene of four layers, the last of which is off, as the picture of the dialog shows it."""
    return make_facts(tmp_path, LAYERS)


def make_facts(folder: Path, layers: Any) -> SceneFacts:
    """Return a Maya scene with these layers in a folder, the last one not renderable."""
    path = folder / "sq02_sh010_lighting_v012.ma"
    path.write_text("//Maya ASCII 2026 scene\n")
    texture = folder / "wall.tx"
    texture.write_text("texture")
    return SceneFacts(
        "maya",
        str(path),
        "2026",
        24.0,
        frames=FrameRange(1001, 1100),
        renderer="arnold",
        resolution=(1920, 1080),
        cameras=(Camera("shotCam"), Camera("persp", renderable=False)),
        layers=tuple(Layer(name, "render setup layer", name != layers[-1]) for name in layers),
        outputs=(Output("main", file=f"{folder}/images/<RenderLayer>/<RenderLayer>.####.exr"),),
        files=(
            NeededFile(str(texture), "wall_file", "fileTextureName", "image"),
            NeededFile(f"{folder}/missing.tx", "floor_file", "fileTextureName", "image"),
        ),
    )


@pytest.fixture
def session(qtbot: Any) -> Iterator[Session]:
    """A session with nothing open."""
    made = Session()
    yield made
    made.close()


@pytest.fixture
def settle(qtbot: Any) -> Callable[[Session], None]:
    """Wait until a session has read, built and checked everything."""

    def settle(session: Session) -> None:
        qtbot.waitUntil(lambda: not session.busy and not session.checking, timeout=30_000)

    return settle


@pytest.fixture
def opened(session: Session, maya_facts: SceneFacts, settle: Callable[[Session], None]) -> Session:
    """A session with the Maya scene open, built and checked."""
    session.open_facts(maya_facts)
    settle(session)
    return session


@pytest.fixture
def finished_job() -> Job:
    """A job as from a file: two renders, then what gathers them."""
    job = Job(title="plain", priority=10)
    movie = job.newTask(title="movie", argv=["ffmpeg"], service="ffmpeg")
    for name in ("a", "b"):
        movie.newTask(title=name, argv=["render", name], service="Render")
    return job


@pytest.fixture
def told() -> List[Any]:
    """A list for what signals tell."""
    return []


def alive_since(before: Any) -> List[threading.Thread]:
    """Return the threads that have begun since and not ended; those that Qt began are its own."""
    return [thread for thread in threading.enumerate() if thread not in before and not thread.name.startswith("Dummy")]
