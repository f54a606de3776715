"""The dialog as a person has it: a program under a window manager, with real clicks and keys."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAMS = ("Xvfb", "openbox", "xdotool")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
SIZE = (1200, 760)
ROOT = Path(__file__).resolve().parents[2]
SECONDS = 40

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


class Desktop:
    """A screen nobody sees, with a window manager; ``do`` passes words to xdotool."""

    def __init__(self, environment, programs):
        self.environment = environment
        self.programs = programs

    def start(self, *command, **more):
        program = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL, **more)
        self.programs.append(program)
        return program

    def do(self, *words):
        command = ["xdotool", *map(str, words)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=20, check=False)
        return done.stdout.split()

    def windows(self, title):
        return self.do("search", "--onlyvisible", "--name", title)

    def window(self, title):
        return until(lambda: self.windows(title))[0]

    def click(self, window, place):
        self.do("mousemove", "--window", window, *place, "click", 1)


def answer_of(ask, seconds=SECONDS):
    """Return the first answer that says something, or the last one."""
    end = time.monotonic() + seconds
    answer = ask()
    while not answer and time.monotonic() < end:
        time.sleep(0.05)
        answer = ask()
    return answer


def until(ask):
    answer = answer_of(ask)
    assert answer, "it did not come"
    return answer


@pytest.fixture
def desktop(tmp_path):
    """A screen and its window manager, which end with the test."""
    programs = []
    reading, writing = os.pipe()
    screen = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x900x24", "-nolisten", "tcp"]
    programs.append(subprocess.Popen(screen, pass_fds=[writing], stderr=subprocess.DEVNULL))
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FARMSUBMIT_", "QT_Q"))}
    environment.update(DISPLAY=f":{number}", FARMSUBMIT_HOME=str(tmp_path / "real"), QT_QPA_PLATFORM="xcb")
    environment["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(ROOT / "ui")))
    made = Desktop(environment, programs)
    made.start("openbox", "--sm-disable")
    until(lambda: made.do("get_num_desktops"))
    yield made
    for program in reversed(programs):
        program.kill()
        program.wait()


@pytest.fixture
def scene(tmp_path):
    """A scene that can be rendered as it is."""
    path = tmp_path / "by_hand.ma"
    camera = 'createNode transform -n "cam";\ncreateNode camera -n "camShape" -p "cam";\n'
    path.write_text(f'//Maya ASCII 2026 scene\nrequires maya "2026";\n{camera}')
    return path


@pytest.fixture
def places(qtbot, scene, settle):
    """Where the priority and the button stand, from a window of the same size."""
    from farmsubmit_ui.dialog import Submitter

    window = Submitter(is_standalone=True)
    qtbot.addWidget(window)
    window.resize(*SIZE)
    window.show()
    window.open(scene)
    settle(window.session)
    window.divide()
    parts = (window.left.job.fields["priority"].editor.focus, window.footer.submit_button)
    found = [part.mapTo(window, part.rect().center()) for part in parts]
    window.close()
    return [(place.x(), place.y()) for place in found]


def opened(desktop, scene):
    """Open a scene by the file dialog; keys that come before a window has the keyboard are lost, so ask again."""
    if not desktop.windows("^Open"):
        desktop.do("key", "ctrl+o")
        answer_of(lambda: desktop.windows("^Open"), 1)
    for dialog in desktop.windows("^Open"):
        desktop.do("windowactivate", "--sync", dialog, "key", "ctrl+a", "type", "--delay", 2, scene)
        desktop.do("key", "Return")
    return answer_of(lambda: desktop.windows(f"^{scene.name}"), 2)


def test_a_scene_is_opened_changed_and_submitted_by_hand(desktop, places, scene, tmp_path):
    jobs = tmp_path / "jobs"
    jobs.mkdir()
    desktop.environment["FARMSUBMIT_ENGINE"] = f"folder:{jobs}"
    program = desktop.start(sys.executable, "-m", "farmsubmit_ui")
    window = desktop.window("^Submit to farm")
    desktop.do("windowactivate", "--sync", window, "windowsize", "--sync", window, *SIZE)
    window = until(lambda: opened(desktop, scene))[0]
    priority, submit = places
    desktop.do("windowactivate", "--sync", window)
    desktop.click(window, priority)
    desktop.do("key", "ctrl+a", "type", "--delay", 2, "42")

    def sent():
        # The button is off until the job is built and checked anew.
        desktop.click(window, submit)
        return list(jobs.glob("*.alf"))

    assert "-priority {42.0}" in until(sent)[0].read_text()
    # A window that is still sending stays open.
    until(lambda: desktop.do("key", "ctrl+q") or program.poll() is not None)
    assert program.returncode == 0
