"""Runs in a bare Python as in a Maya: starts it, clicks, and prints as JSON what came of it.

python -I -S in_maya.py FAKE QT PROJECT JOBS
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

FAKE, QT, PROJECT, JOBS = sys.argv[1:]
sys.path += [FAKE, QT]

import mayafake  # noqa: E402
from PySide6.QtWidgets import QApplication, QMainWindow  # noqa: E402

state = mayafake.state
told = {}
app = QApplication(["maya"])
state.window = QMainWindow()
state.window.setObjectName("MayaWindow")


def wait(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it never happened"
        app.processEvents()
        mayafake.idle()
        time.sleep(0.005)


def submitters():
    return [one for one in app.topLevelWidgets() if one.objectName() == "submitter" and one.isVisible()]


def settled(window):
    wait(lambda: window.session.job is not None and not window.session.busy and not window.session.checking)
    return window


def submit(window, engine):
    tickets, failures = [], []
    window.session.set_engine(engine)
    settled(window)
    window.session.submitted.connect(tickets.append)
    window.session.submit_failed.connect(failures.append)
    window.footer.submit_button.click()
    wait(lambda: tickets or failures)
    window.session.submitted.disconnect(tickets.append)
    assert not failures, failures
    return tickets[0]


# Maya starts.
mayafake.start()
told["imported at the start"] = [name for name in ("farmsubmit", "farmsubmit_ui", "qtpy") if name in sys.modules]
told["menus"] = [one["label"] for one in state.ui.values() if one["kind"] == "menuItem" and one["label"]]
told["told at the start"] = list(state.told)

# A person opens a scene and submits it.
import farmsubmit_maya  # noqa: E402, F401

mayafake.open_scene(f"{PROJECT}/render_setup.ma")
mayafake.click("Submit to Farm…")
told["told"] = list(state.told)
window = settled(submitters()[0])

from farmsubmit import read_scene, request_for, to_tcl  # noqa: E402
from farmsubmit.engines.local import LocalEngine  # noqa: E402
from farmsubmit.settings import load_settings  # noqa: E402
from farmsubmit.tasks.build import build_request  # noqa: E402
from farmsubmit_maya import headless  # noqa: E402

of_file = read_scene(state.path)
told["jobs"] = [
    to_tcl(window.session.job),
    to_tcl(build_request(headless.request()).job),
    to_tcl(build_request(request_for(of_file, load_settings(scene=state.path))).job),
]
told["parent"] = window.parent().objectName()
told["title"] = window.windowTitle()
told["binding"] = sys.modules["qtpy"].API_NAME

edit = window.left.job.fields["priority"].editor.focus
edit.setText("77")
edit.textEdited.emit("77")
settled(window)
submit(window, f"folder:{JOBS}")
told["folder"] = [path.read_text() for path in Path(JOBS).iterdir()]
window.way.edit()
jid = submit(window, "local:").jid
wait(lambda: LocalEngine().status(jid).state in ("done", "failed", "killed"))
told["local"] = LocalEngine().status(jid).state

# The window is there once, and follows the scene.
window.way.edit()
mayafake.click("Submit to Farm…", parent="mainRenderMenu")
told["windows"] = len(submitters())
reads = []
window.session.facts_changed.connect(lambda: reads.append(window.session.facts.path))
mayafake.save_scene()
wait(lambda: reads)
settled(window)
told["after saving"] = window.session.job_value("priority")
mayafake.open_scene(f"{PROJECT}/plain.ma")
wait(lambda: window.session.facts.path.endswith("plain.ma"))
settled(window)
state.path = ""
failures = []
window.session.failed.connect(failures.append)
mayafake.tell_event("NewSceneOpened")
wait(lambda: failures)
told["after a new scene"] = failures
told["script jobs"] = len(state.jobs)
window.close()
wait(lambda: not state.jobs)

# Changes that are not in the file.
mayafake.open_scene(f"{PROJECT}/plain.ma")
state.modified, state.answers = True, ["Cancel", "Submit a copy"]
mayafake.click("Submit to Farm…")
told["windows after cancel"] = len(submitters())
mayafake.click_shelf()
window = settled(submitters()[0])
told["copy"] = window.session.facts.path
told["scene of the copy"] = [str(window.session.path), window.session.job.title, window.windowTitle()]
told["jobs of the copy"] = [to_tcl(window.session.job), to_tcl(build_request(headless.request(unsaved="copy")).job)]
# Maya tells that a copy was saved, too, and the dialog stays with the one it has.
window.session.set_job_value("priority", 55)
reads = []
window.session.facts_changed.connect(lambda: reads.append(window.session.facts.path))
wait(lambda: not window.session._scene_timer.isActive())
told["after another copy"] = window.session.facts.path
state.answers = ["Cancel", "Submit as saved"]
window.session.reload()
told["after cancel"] = [window.session.facts.path, window.session.busy]
window.session.reload()
wait(lambda: len(reads) == 1)
told["as saved"] = [problem.rule for problem in settled(window).session.problems]
mayafake.save_scene()
wait(lambda: len(reads) == 2)
told["after it was saved"] = [window.session.facts.path, window.session.job_value("priority")]
window.close()
wait(lambda: not state.jobs)

from farmsubmit_ui import worker  # noqa: E402

worker.shutdown()
told["refused"] = state.refused
told["from elsewhere"] = [
    name
    for name, module in list(sys.modules.items())
    if "site-packages" in str(getattr(module, "__file__", ""))
    and name.partition(".")[0] not in ("PySide6", "shiboken6")
]
print(json.dumps(told))
