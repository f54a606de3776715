"""Pictures of the dialog: ``python tests/ui/screenshots.py FOLDER [--only NAME] [--style STYLE] [--size WxH@SCALE]``.

Every picture is a real session over the real core: scenes are written and read, jobs built and sent; only the engine
is one of tests. A file is called ``<name>-<style>-<width>x<height>[@scale].png``. What runs at another scale than 1
runs in a process of its own, for Qt takes its scale when it begins.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

STYLES = ("dark", "light")
SIZES = ((1440, 900, 1), (1280, 720, 1), (1440, 900, 2))
_LONGEST = 60.0


class Size(NamedTuple):
    """A size in logical pixels, and the scale of the screen."""

    width: int
    height: int
    scale: int = 1

    @classmethod
    def parse(cls, text: str) -> Size:
        """Read ``1440x900`` or ``1440x900@2``."""
        size, _, scale = text.partition("@")
        width, _, height = size.partition("x")
        return cls(int(width), int(height), int(scale or 1))

    def __str__(self) -> str:
        return f"{self.width}x{self.height}" + (f"@{self.scale}" if self.scale != 1 else "")


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Take the pictures that are asked for, and print their paths."""
    args = _parser().parse_args(argv)
    sizes = args.size or [Size(*size) for size in SIZES]
    args.folder.mkdir(parents=True, exist_ok=True)
    here = int(os.environ.get("QT_SCALE_FACTOR", "1"))
    if all(size.scale == here for size in sizes):
        return _take(args, sizes)
    return max([_elsewhere(args, [size for size in sizes if size.scale == scale], scale) for scale in _scales(sizes)])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Take pictures of the dialog.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", action="append", metavar="NAME", help="a picture's name; may be given several times")
    parser.add_argument("--style", action="append", choices=STYLES)
    parser.add_argument("--zoom", type=float, default=1.0, help="the zoom of the View menu, such as 2")
    parser.add_argument("--size", action="append", type=Size.parse, metavar="WIDTHxHEIGHT[@SCALE]")
    return parser


def _scales(sizes: Sequence[Size]) -> List[int]:
    return sorted({size.scale for size in sizes})


def _elsewhere(args: argparse.Namespace, sizes: Sequence[Size], scale: int) -> int:
    """Take the pictures of one scale in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), str(args.folder)]
    for flag, values in (("--only", args.only), ("--style", args.style), ("--size", sizes)):
        command += [word for value in values or () for word in (flag, str(value))]
    command += ["--zoom", str(args.zoom)]
    environment = {**os.environ, "QT_SCALE_FACTOR": str(scale), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(command, env=environment, check=False).returncode


def _take(args: argparse.Namespace, sizes: Sequence[Size]) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="farmsubmit-runtime-"))
    for name in [name for name in os.environ if name.startswith("FARMSUBMIT_")]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="shows-") as room:
        studio = Studio(Path(room, "demo", "sq02"), args.zoom)
        wanted = [name for name in studio.pictures if not args.only or name in args.only]
        for style in args.style or STYLES:
            for name in wanted:
                for path in studio.take(name, style, sizes, args.folder):
                    print(path)
        studio.close()
    return 0 if wanted else 2


class Studio:
    """Brings the window into the state of each picture, and takes it."""

    def __init__(self, show: Path, zoom: float = 1.0) -> None:
        import shot_material
        from qtpy.QtWidgets import QApplication

        from farmsubmit.engines import registry
        from farmsubmit_ui import app, worker

        registry._SHIPPED["demo"] = "shot_material:DemoEngine"
        self.material = shot_material
        self.engine = shot_material.DemoEngine
        self.app = app._application()
        self.process = QApplication.processEvents
        self.worker = worker
        self.show = show
        self.zoom = zoom
        self.homes = 0
        self.maya = shot_material.maya_scene(show)
        self.nuke = shot_material.nuke_script(show)
        self.pictures: Dict[str, Callable[[Any], None]] = {
            name[len("picture_") :]: getattr(self, name) for name in vars(Studio) if name.startswith("picture_")
        }

    def close(self) -> None:
        """End the workers."""
        self.worker.shutdown()

    def take(self, name: str, style: str, sizes: Sequence[Size], folder: Path) -> List[Path]:
        """Take one picture in all sizes and return the files."""
        from farmsubmit_ui.dialog import Submitter
        from farmsubmit_ui.preferences import Preferences

        # What one picture leaves in history, outbox and memory is not for the next.
        self.homes += 1
        os.environ["FARMSUBMIT_HOME"] = str(self.show.parent.parent / f"home{self.homes}")
        Preferences().zoom = self.zoom
        self.engine.sent, self.engine.standing = {}, {}
        self.engine.is_down, self.engine.gate = False, None
        window = Submitter(style=style, is_standalone=True)
        window.resize(*sizes[0][:2])
        window.show()
        self.pictures[name](window)
        mark = f"-zoom{self.zoom:g}" if self.zoom != 1 else ""
        paths = [self._grab(window, folder / f"{name}-{style}-{size}{mark}.png", size) for size in sizes]
        if self.engine.gate is not None:
            self.engine.gate.set()
            self.wait(lambda: not window.session.is_sending)
        window.session.undo_stack.clear()
        window.close()
        window.deleteLater()
        self.settle(0.05)
        return paths

    def _grab(self, window: Any, path: Path, size: Size) -> Path:
        window.resize(size.width, size.height)
        window.divide()
        self.settle(0.3)
        if not self._picture(window).save(str(path)):
            raise OSError(f"{path} cannot be written")
        return path

    def _picture(self, window: Any) -> Any:
        """Return the window as it looks, with the dialog that is open over it."""
        from qtpy.QtCore import QPoint
        from qtpy.QtGui import QPainter
        from qtpy.QtWidgets import QDialog

        picture = window.grab()
        painter = QPainter(picture)
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible():
                room = window.rect().center() - dialog.rect().center()
                painter.drawPixmap(QPoint(room.x(), room.y()), dialog.grab())
                painter.drawRect(dialog.rect().translated(room))
        painter.end()
        return picture

    def settle(self, seconds: float) -> None:
        """Let the window do what it has begun."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.process()
            time.sleep(0.005)

    def wait(self, until: Callable[[], bool], window: Any = None) -> None:
        """Wait until something is so."""
        end = time.monotonic() + _LONGEST
        while not until():
            if time.monotonic() > end:
                raise TimeoutError("the window did not come into the state of this picture")
            self.settle(0.02)

    # --- states that several pictures begin with

    def _open(self, window: Any, path: Path) -> None:
        window.session.open(path)
        self._built(window)
        window.session.set_engine(self.material.URL)
        self._built(window)

    def _built(self, window: Any) -> None:
        session = window.session
        self.wait(lambda: session.job is not None and not session.busy and not session.checking)

    def _open_maya(self, window: Any) -> None:
        from farmsubmit.lang.dirmap import DirMap

        self._open(window, self.maya)
        session = window.session
        ids = [row.id for row in session.rows]
        session.set_job_value("service", "PixarRender && (Linux || macOS) && @.mem > 16")
        session.set_job_value("tags", ["arnold", "license-a"])
        session.set_row_values(ids[1:2], "frames", "1040-1100")
        session.set_row_values(ids[1:2], "service", "BigIron")
        session.set_row_values(ids[2:3], "frames", "1001-1100x10")
        session.set_row_values(ids[:1], "chunk", 5)
        root = self.show.parent.as_posix()
        session.set_dirmaps([DirMap(root, "//fileserver/projects", "UNC"), DirMap(root, "/fileserver/projects", "NFS")])
        self._built(window)

    def _submit(self, window: Any) -> None:
        window.session.set_job_value("service", "PixarRender")
        self._built(window)
        window.submit()

    def _sent(self, window: Any, standing: Callable[[Any], Any]) -> None:
        """Send the Maya scene and follow its job."""
        self._open_maya(window)
        self._frames(window)
        self._submit(window)
        self.wait(lambda: window.way.latest is not None)
        self.engine.standing = standing(self.engine.sent["18252"])
        window.way.follow(window.way.latest)
        self.wait(lambda: window.way.monitor.right.model.is_live)

    def _frames(self, window: Any) -> None:
        """Let nine frames of the first layer be on disk."""
        row = window.session.rows[0]
        window.session.set_row_values([row.id], "output", (self.show / "images/beauty/beauty.####.png").as_posix())
        self._built(window)
        for frame in range(1001, 1010):
            _paint(self.show / "images" / "beauty" / f"beauty.{frame}.png", frame - 1001)

    # --- the pictures

    def picture_empty(self, window: Any) -> None:
        """Nothing open."""
        window.preferences.forget_recent()
        window.start.refresh()

    def picture_start(self, window: Any) -> None:
        """Nothing open, with files that were opened lately."""
        for path in (self.nuke, self.maya):
            window.preferences.add_recent(path)
        window.start.refresh()

    def picture_maya(self, window: Any) -> None:
        """A Maya scene of four layers."""
        self._open_maya(window)
        tree = window.right.graph.tree
        tree.expandToDepth(1)

    def picture_nuke(self, window: Any) -> None:
        """A Nuke script of twelve writes."""
        self._open(window, self.nuke)

    def picture_large(self, window: Any) -> None:
        """A job of 100,000 tasks."""
        window.session.open_job(self.material.large_job())
        self._built(window)

    def picture_service(self, window: Any) -> None:
        """A service expression with a mistake."""
        self._open_maya(window)
        field = window.left.job.fields["service"].editor
        _type(field, "PixarRender && (Linux || @.mem >> 16")
        self.settle(0.5)

    def picture_sending(self, window: Any) -> None:
        """A submission that is under way."""
        self._open_maya(window)
        self.engine.gate = threading.Event()
        self._submit(window)
        self.wait(lambda: window.way.submission.steps["spool"].state == "active")

    def picture_failed(self, window: Any) -> None:
        """A submission that failed, for the engine is down."""
        self._open_maya(window)
        self.engine.is_down = True
        self._submit(window)
        self.wait(lambda: window.way.submission.is_ended)
        window.session.ask_engine()
        self.wait(lambda: window.session.engine_state.state == "down")

    def picture_outbox(self, window: Any) -> None:
        """The outbox, with a submission of each kind that waits."""
        from farmsubmit import outbox

        self.picture_failed(window)
        first = outbox.letters()[0]
        content = outbox.content(first)
        others = (
            ("unsure", "sq02_sh020_comp_v031", "demo://farm-engine:80 was asked and its answer was lost"),
            ("refused", "sq02_sh030_fx_v004", "demo://farm-engine:80 refused it: unknown project 'demo2'"),
        )
        for place, (state, title, reason) in enumerate(others, 1):
            values: Dict[str, Any] = {
                "key": f"{place}" * 32,
                "title": title,
                "state": state,
                "reason": reason,
                "when": first.when + place,
            }
            letter = replace(first, digest=title, **values)
            outbox.release(outbox.post(letter, content.job))
        dialog = window.outbox.open()
        self.wait(lambda: len(dialog.model.rows) == len(others) + 1)
        dialog.view.setCurrentIndex(dialog.model.index(1, 0))

    def picture_sent(self, window: Any) -> None:
        """A submission that has arrived."""
        self._open_maya(window)
        self._submit(window)
        self.wait(lambda: window.way.submission.is_ended)

    def picture_done(self, window: Any) -> None:
        """A job that is over."""
        self._sent(window, self.material.done_standing)

    def picture_live(self, window: Any) -> None:
        """A job with two failed tasks, and the log of one of them."""
        self._sent(window, self.material.live_standing)
        side = window.way.monitor.right
        side.tree.expandAll()
        tid = next(task.tid for task in window.way.monitor.watch.tasks.values() if task.state == "error")
        side.tree.setCurrentIndex(side.model.index_at(tid - 1))
        self.wait(lambda: window.way.monitor.watch.is_log_read)
        self.settle(0.3)

    def picture_graph(self, window: Any) -> None:
        """The job of a Maya scene as a graph."""
        self._open_maya(window)
        window.toggle_graph()
        self.settle(0.3)

    def picture_live_graph(self, window: Any) -> None:
        """The same job as it runs, as a graph."""
        self.picture_live(window)
        window.toggle_graph()
        self.settle(0.3)
        window.way.monitor.right.graph.view.fit()


for _place, _name in enumerate(("checks", "files", "environment", "script", "history"), 1):

    def _picture(self: Studio, window: Any, place: int = _place) -> None:
        self._open_maya(window)
        window.right.setCurrentIndex(place)
        self.settle(0.5)

    setattr(Studio, f"picture_{_name}", _picture)


def _type(editor: Any, text: str) -> None:
    """Type a text into a field."""
    from qtpy.QtTest import QTest

    editor.focus.setFocus()
    editor.focus.selectAll()
    QTest.keyClicks(editor.focus, text)


def _paint(path: Path, number: int) -> None:
    """Write a small picture of a sky."""
    from qtpy.QtCore import QPointF
    from qtpy.QtGui import QColor, QImage, QLinearGradient, QPainter

    image = QImage(192, 108, QImage.Format.Format_RGB32)
    gradient = QLinearGradient(QPointF(0, 0), QPointF(192, 108))
    gradient.setColorAt(0, QColor(30 + 3 * number, 60 + 9 * number, 100))
    gradient.setColorAt(1, QColor(60 + 7 * number, 110, 50))
    painter = QPainter(image)
    painter.fillRect(image.rect(), gradient)
    painter.end()
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(str(path))


if __name__ == "__main__":
    sys.exit(main())
