"""A process like Katana: ``katanahost.py QT SCENE FOLDER``. It loads the plug-ins of KATANA_RESOURCES, starts, clicks.

Only the standard library, Qt and the fake are on its path; all else our plug-in has to find.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, List

qt, scene, folder = sys.argv[1:4]
sys.path += [qt, str(Path(__file__).parent)]

from katanastate import state  # noqa: E402
from katanastrict import REFUSED  # noqa: E402

told: Dict[str, Any] = {"plugins": []}


def load_plugins() -> None:
    """Load each module in the Plugins folders, under a name of its own and without its folder on the path."""
    for root in os.environ["KATANA_RESOURCES"].split(os.pathsep):
        for path in sorted(Path(root, "Plugins").glob("*.py")):
            spec = importlib.util.spec_from_file_location(f"katana_plugin_{path.stem}", path)
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            told["plugins"] += [entry[:3] for entry in module.PluginRegistry]


def wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it never happened"
        app.processEvents()
        time.sleep(0.005)


def send(session: Any, engine: str) -> Any:
    tickets: List[Any] = []
    failures: List[str] = []
    session.submitted.connect(tickets.append)
    session.submit_failed.connect(failures.append)
    session.set_engine(engine)
    wait(lambda: not session.busy and not session.checking)
    session.submit()
    wait(lambda: bool(tickets or failures))
    assert tickets, failures
    return tickets[0]


load_plugins()
state.fire("onStartup")
# Starting must cost nothing: neither the core nor Qt for Python is loaded.
told["at_start"] = [name for name in sys.modules if name.startswith(("farmsubmit.", "farmsubmit_ui", "qtpy", "PySide"))]

from PySide6.QtWidgets import QApplication, QMainWindow  # noqa: E402

app = QApplication([])
state.main_window = QMainWindow()
state.load(Path(scene))
state.menu["Submit to Farm…"]()
told["messages"] = state.messages
import farmsubmit_katana.dialog as dialog  # noqa: E402

session = dialog._followers[0].window.session
wait(lambda: session.facts is not None and not session.busy and not session.checking)
wait(lambda: session.row_value("Beauty", "chunk") == 2)
session.set_job_value("priority", 77)
send(session, f"folder:{folder}")
jid = send(session, "local:").jid

from farmsubmit.engines.registry import engine_for  # noqa: E402

wait(lambda: engine_for("local:").status(jid).state in ("done", "error"))
told["local"] = engine_for("local:").status(jid).state
told["binding"] = os.environ["QT_API"]
dialog._followers[0].window.close()
wait(lambda: not dialog._followers)
from farmsubmit_ui import worker  # noqa: E402

worker.shutdown()
assert not REFUSED, REFUSED
print(json.dumps(told))
