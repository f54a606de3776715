"""Work beside the event loop."""

from __future__ import annotations

import threading

import pytest
from qtpy.QtCore import QObject

from farmsubmit.errors import FarmsubmitError
from farmsubmit_ui import worker


@pytest.fixture
def gate():
    """An event that work waits for; open at the end, so that no thread is left."""
    event = threading.Event()
    yield event
    event.set()


def refuse():
    raise FarmsubmitError("it is not there", "look elsewhere")


def stumble():
    return {}["nothing"]


def drain(qtbot):
    qtbot.waitUntil(lambda: worker.active() == 0)


def test_the_answer_arrives_in_the_thread_of_the_widgets(qtbot, told):
    worker.run(threading.get_ident, done=lambda there: told.append((there, threading.get_ident())))
    drain(qtbot)
    ((there, here),) = told
    assert here == threading.get_ident() != there


def test_arguments_are_handed_on(qtbot, told):
    worker.run(max, 3, 7, done=told.append)
    drain(qtbot)
    assert told == [7]


def test_an_error_made_on_purpose_is_its_sentence(qtbot, told):
    worker.run(refuse, failed=told.append)
    drain(qtbot)
    assert told == ["it is not there; look elsewhere"]


def test_any_other_error_is_told_calmly_and_logged(qtbot, told, caplog):
    worker.run(stumble, failed=told.append)
    drain(qtbot)
    assert told[0].startswith("Something went wrong in stumble: KeyError")
    assert "Traceback" in caplog.text


def test_a_cancelled_answer_is_dropped(qtbot, told, gate):
    handle = worker.run(gate.wait, done=told.append, failed=told.append)
    handle.cancel()
    gate.set()
    drain(qtbot)
    assert told == [] and not handle.running


def test_work_that_was_cancelled_before_it_began_is_not_done(qtbot, told, gate):
    blockers = [worker.run(gate.wait) for _ in range(worker._THREADS)]
    worker.run(told.append, 1).cancel()
    gate.set()
    drain(qtbot)
    assert told == [] and len(blockers) == worker._THREADS


def test_the_answer_for_an_owner_that_is_gone_is_dropped(qtbot, qapp, told, gate):
    owner = QObject()
    worker.run(gate.wait, done=told.append, owner=owner)
    owner.deleteLater()
    qtbot.waitUntil(lambda: not worker.isalive(owner))
    gate.set()
    drain(qtbot)
    assert told == []


def test_work_can_tell_how_far_it_is(qtbot, told):
    def count(report):
        for number in range(3):
            report(number, "steps")

    worker.run(count, progress=lambda number, text: told.append((number, text)))
    drain(qtbot)
    assert told == [(0, "steps"), (1, "steps"), (2, "steps")]


def test_work_can_ask_whether_to_stop(qtbot, told, gate):
    def wait(cancelled):
        gate.wait()
        told.append(cancelled())

    worker.run(wait, cancellable=True).cancel()
    handle = worker.run(wait, cancellable=True)
    gate.set()
    drain(qtbot)
    assert handle.is_cancelled() is False
    assert told == [False]


def test_shutdown_waits_for_the_threads_and_drops_their_answers(qtbot, qapp, told, gate):
    worker.run(gate.wait, 0.05, done=told.append)
    worker.shutdown()
    qapp.processEvents()
    assert told == [] and worker.active() == 0


def test_there_is_work_again_after_a_shutdown(qtbot, told):
    worker.shutdown()
    worker.run(len, "four", done=told.append)
    drain(qtbot)
    assert told == [4]


def test_of_latest_work_only_the_newest_answer_arrives(qtbot, told, gate):
    latest = worker.Latest(QObject())
    for number in range(4):
        latest.run(lambda number=number: (gate.wait(), number)[1], done=told.append, failed=told.append)
    gate.set()
    qtbot.waitUntil(lambda: not latest.running)
    assert told == [3]


def test_latest_work_that_was_cancelled_says_nothing(qtbot, told, gate):
    latest = worker.Latest(QObject())
    latest.run(gate.wait, done=told.append, failed=told.append)
    latest.cancel()
    gate.set()
    drain(qtbot)
    assert told == [] and not latest.running


def test_latest_work_goes_on_after_an_error(qtbot, told):
    latest = worker.Latest(QObject())
    latest.run(refuse, done=told.append, failed=lambda text: told.append("failed"))
    qtbot.waitUntil(lambda: bool(told))
    latest.run(lambda: "fine", done=told.append, failed=told.append)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == ["failed", "fine"]
