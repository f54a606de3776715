"""Sits before the dialog that Blender has started: the Python of the add-on's preferences runs this, and then the rest.

python -I -S person.py QT FOLDER SCRIPT …

SCRIPT and what follows are what the add-on wants to have run. It is run as that Python would run it; as soon as the
application waits for a person, one looks, types and clicks. What came of it goes to FOLDER/person.json.
"""

from __future__ import annotations

import faulthandler
import json
import runpy
import sys
import traceback
from pathlib import Path

# A crash of Qt's says where in the dialog's log.
faulthandler.enable()
QT, FOLDER, SCRIPT = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
sys.path.append(QT)

from PySide6.QtCore import Qt, QTimer  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QTableView, QWidget  # noqa: E402

LEFT, MILLISECONDS = Qt.MouseButton.LeftButton, 30_000
run, told = QApplication.exec, {"seen": []}


def wait(condition):
    waited = 0
    while not condition():
        assert waited < MILLISECONDS, "it never happened"
        QTest.qWait(20)
        waited += 20


def window():
    return next((one for one in QApplication.topLevelWidgets() if one.objectName() == "submitter"), None)


def part(name, kind=QWidget):
    return window().findChild(kind, name)


def click(name):
    wait(lambda: part(name) is not None and part(name).isVisible() and part(name).isEnabled())
    QTest.mouseClick(part(name), LEFT)


def write(edit, text):
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)


def frames():
    """Return the table of rows, and the cell of the first one that tells its frames."""
    table = part("rows", QTableView)
    model = table.model()
    titles = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    return table, model.index(0, titles.index("Frames"))


def shown_frames():
    _, cell = frames()
    return str(cell.data() or "")


def change_frames(text):
    table, cell = frames()
    place = table.visualRect(cell).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=place)
    QTest.mouseDClick(table.viewport(), LEFT, pos=place)
    editor = part("row_frames", QLineEdit)
    write(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)


def submit(engine):
    window().findChild(object, "other_engine").trigger()
    wait(lambda: part("engine_url_edit") is not None)
    # Keys of QTest are those of ASCII; the folder has another letter.
    QApplication.clipboard().setText(engine)
    part("engine_url_edit", QLineEdit).paste()
    click("engine_add")
    click("engine_use")
    wait(lambda: part("engine_picker") is None)
    click("submit_button")
    wait(lambda: part("result_card") is not None and part("result_card").isVisible())
    told[engine.partition(":")[0]] = part("result_job", QLabel).text()


def look():
    """Wait for other frames, and tell Blender that they are seen."""
    wait(lambda: window() is not None and shown_frames() not in ("", *told["seen"][-1:]))
    told["seen"].append(shown_frames())
    (FOLDER / f"seen {shown_frames()}").touch()


def work():
    for _ in range(3):
        look()
    # A cell that somebody types in is closed when the scene is read just then.
    wait((FOLDER / "quiet").exists)
    QTest.qWait(50)
    wait(lambda: not window().session.busy)
    write(part("job_priority", QLineEdit), "77")
    write(part("job_title", QLineEdit), "typed by hand")
    change_frames("1-2")
    submit(f"folder:{FOLDER}/jobs")
    click("submit_back")
    told["still typed"] = [part("job_priority", QLineEdit).text(), part("job_title", QLineEdit).text(), shown_frames()]
    submit("local:")
    click("submit_follow")
    wait(lambda: part("ticket_state", QLabel).text() in ("done", "failed", "killed"))
    told["rendered"] = part("ticket_state", QLabel).text()
    window().close()


def person():
    try:
        work()
    except BaseException:
        told["went wrong"] = traceback.format_exc()
        QApplication.exit(1)
    (FOLDER / "person.json").write_text(json.dumps(told))


def run_with_person(*_):
    QTimer.singleShot(0, person)
    return run()


QApplication.exec = staticmethod(run_with_person)
sys.argv[:3] = []
sys.path.insert(0, str(Path(SCRIPT).parent))
try:
    runpy.run_path(SCRIPT, run_name="__main__")
except SystemExit as ended:
    if ended.code:
        sys.stderr.write(f"it ended with {ended.code}; modules are in {sys.path}\n")
    raise
