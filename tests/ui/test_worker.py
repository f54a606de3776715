"""Work beside the event loop."""

from __future__ import annotations

import gc
import sys
import threading

import pytest
from qtpy.QtCore import QObject, QPoint

from farmsubmit.errors import FarmsubmitError, Stopped
from farmsubmit_ui import caretaker as caretaker_module
from farmsubmit_ui import worker
from farmsubmit_ui.caretaker import Caretaker


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

    handles = [worker.run(wait, cancellable=True) for _ in range(2)]
    qtbot.waitUntil(lambda: worker.active() == 2)
    handles[0].cancel()
    gate.set()
    drain(qtbot)
    assert handles[1].is_cancelled() is False
    assert told in ([False], [True, False], [False, True])


def test_work_that_asks_whether_to_stop_waits_while_the_window_comes_first(qtbot, told, monkeypatch):
    monkeypatch.setattr(worker, "_HELD", 30)
    asked = []
    begun = threading.Event()

    def ask(cancelled):
        begun.set()
        while not cancelled():
            asked.append("once")

    handle = worker.run(ask, cancellable=True)
    begun.wait()
    with worker.held():
        qtbot.wait(50)
        before = len(asked)
        qtbot.wait(50)
        assert len(asked) == before
    qtbot.waitUntil(lambda: len(asked) > before)
    handle.cancel()
    drain(qtbot)


def test_work_waits_no_longer_than_a_moment_for_a_window_that_takes_long(qtbot, told):
    with worker.held():
        worker.run(lambda cancelled: [cancelled() for _ in range(3)], cancellable=True, done=told.append)
        drain(qtbot)
    assert told == [[False, False, False]]


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


def test_latest_work_is_told_when_nobody_waits_for_it_any_more(qtbot, told):
    begun = threading.Event()

    def work(cancelled):
        begun.set()
        while not cancelled():
            pass
        raise Stopped("nobody waits for it any more")

    latest = worker.Latest(QObject())
    latest.run(work, done=told.append, failed=told.append, cancellable=True)
    begun.wait()
    latest.run(lambda: "newer", done=told.append, failed=told.append)
    qtbot.waitUntil(lambda: not latest.running)
    for leave in (latest.cancel, worker.shutdown):
        begun.clear()
        latest.run(work, done=told.append, failed=told.append, cancellable=True)
        begun.wait()
        leave()
        drain(qtbot)
    assert told == ["newer"]


def test_latest_work_goes_on_after_an_error(qtbot, told):
    latest = worker.Latest(QObject())
    latest.run(refuse, done=told.append, failed=lambda text: told.append("failed"))
    qtbot.waitUntil(lambda: bool(told))
    latest.run(lambda: "fine", done=told.append, failed=told.append)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == ["failed", "fine"]


# --- the interpreter that is shared with Qt


@pytest.fixture
def collector():
    """Python's own collector, as a host has it."""
    gc.enable()
    yield
    gc.disable()


class Holder(QObject):
    """An object of Qt that tells in which thread it is freed."""

    def __init__(self, freed):
        super().__init__()
        self.freed = freed

    def __del__(self):
        self.freed.append(threading.get_ident())

    def work(self):
        return 1


class Ring(Holder):
    """One that only the collector can free."""

    def __init__(self, freed):
        super().__init__(freed)
        self.itself = self


def many():
    """Return so much that it counts beside all there is."""
    return [[] for _ in range(max(300_000, sys.getallocatedblocks() // 2))]


def litter():
    return len([[number] for number in range(200_000)])


def test_the_collector_frees_objects_of_qt_in_the_thread_of_the_widgets_only(qtbot, told, collector):
    for _ in range(20):
        Ring(told)
    worker.run(litter)
    drain(qtbot)
    gc.collect()
    assert told == [threading.get_ident()] * 20


def test_what_a_function_holds_is_let_go_in_the_thread_of_the_widgets(qtbot, told):
    for _ in range(50):
        worker.run(Holder(told).work)
    drain(qtbot)
    assert told == [threading.get_ident()] * 50


def test_garbage_is_collected_here_while_work_goes_on(qtbot, told, gate, collector):
    worker.run(gate.wait)
    Ring(told)
    kept = [[] for _ in range(5_000)]
    qtbot.waitUntil(lambda: bool(told))
    assert worker.active() == 1 and not gc.isenabled() and kept


def test_what_is_new_is_not_looked_through_while_work_goes_in_steps(qtbot, told, gate, collector):
    begun = threading.Event()

    def work(cancelled):
        begun.set()
        while not gate.wait(0.01):
            cancelled()

    worker.run(work, cancellable=True)
    begun.wait()
    ring = Ring(told)
    del ring
    kept = [[] for _ in range(5_000)]
    qtbot.wait(500)
    assert told == [] and kept
    gate.set()
    drain(qtbot)
    gc.collect()
    assert told


def test_a_tuple_that_grows_in_a_thread_is_let_be(qtbot, told, gate, collector):
    def work(cancelled):
        while not cancelled():
            # What grows must have no other holder, or Python raises SystemError.
            assert len(tuple([number] for number in range(20_000))) == 20_000

    handles = [worker.run(work, cancellable=True, failed=told.append) for _ in range(2)]
    qtbot.wait(1500)
    for handle in handles:
        handle.stop()
    drain(qtbot)
    assert told == []


def test_a_large_job_that_was_replaced_is_collected_when_all_is_quiet(qtbot, told, collector):
    caretaker = Caretaker(lambda: True)
    caretaker.begin()
    caretaker._timer.stop()
    ring = Ring(told)
    kept = many()
    caretaker._tick()
    del ring
    for _ in range(48):
        caretaker._tick()
    assert told == [] and not gc.isenabled()
    # Where the mouse stands is not known before the first tick.
    for _ in range(2):
        caretaker._tick()
    assert told and gc.isenabled() and kept


def test_it_is_not_collected_while_somebody_moves_the_mouse_and_a_host_gets_its_collector_back(
    qtbot, told, collector, monkeypatch
):
    places = iter(QPoint(step, 0) for step in range(200))
    monkeypatch.setattr(caretaker_module.QCursor, "pos", lambda: next(places))
    caretaker = Caretaker(lambda: True)
    caretaker.begin()
    caretaker._timer.stop()
    ring = Ring(told)
    kept = many()
    caretaker._tick()
    del ring
    for _ in range(98):
        caretaker._tick()
    assert told == [] and not gc.isenabled() and kept
    caretaker._tick()
    assert told == [] and gc.isenabled()


def test_in_an_interpreter_of_our_own_it_is_collected_when_nobody_is_there_and_never_given_back(qtbot, told, collector):
    caretaker = Caretaker(lambda: True, is_ours=True)
    caretaker.begin()
    caretaker._timer.stop()
    ring = Ring(told)
    kept = many()
    caretaker._tick()
    del ring
    for _ in range(150):
        caretaker._tick()
    assert told and not gc.isenabled() and kept
    caretaker.end()
    assert gc.isenabled()


def test_what_was_freed_without_the_collector_is_no_reason_to_collect(qtbot, told, collector):
    caretaker = Caretaker(lambda: True, is_ours=True)
    caretaker.begin()
    caretaker._timer.stop()
    ring = Ring(told)
    kept = many()
    caretaker._tick()
    del ring
    kept.clear()
    for _ in range(150):
        caretaker._tick()
    assert told == []
    caretaker.end()
    gc.collect()


def test_the_host_gets_back_what_it_had(qtbot, gate, collector):
    turn = sys.getswitchinterval()
    worker.run(gate.wait)
    assert not gc.isenabled() and sys.getswitchinterval() < turn
    gate.set()
    qtbot.waitUntil(gc.isenabled)
    assert sys.getswitchinterval() == turn


def test_a_shutdown_gives_it_back_at_once(qtbot, collector):
    worker.run(int)
    assert not gc.isenabled()
    worker.shutdown()
    assert gc.isenabled()


def test_a_host_without_a_collector_has_none_afterwards(qtbot):
    worker.run(int)
    worker.shutdown()
    assert not gc.isenabled()


def test_a_collector_that_is_switched_on_meanwhile_is_kept_away_from_threads(qtbot, gate):
    worker.run(gate.wait)
    gc.enable()
    qtbot.waitUntil(lambda: not gc.isenabled())
    gate.set()
    qtbot.waitUntil(gc.isenabled)
    gc.disable()


def test_a_thread_that_nobody_waits_for_counts_as_work(gate, collector):
    thread = threading.Thread(target=gate.wait, name="farmsubmit-left")
    thread.start()
    caretaker = Caretaker(lambda: True)
    caretaker.begin()
    for _ in range(3):
        caretaker._tick()
    assert not gc.isenabled()
    gate.set()
    thread.join()
    for _ in range(2):
        caretaker._tick()
    assert gc.isenabled()


def test_a_timer_for_once_rests_after_its_call_and_one_for_every_time_goes_on(qtbot, told):
    owner = QObject()
    once = worker.once(owner, 0, lambda: told.append("once"))
    every = worker.every(owner, 0, lambda: told.append("every"))
    assert not once.isActive() and not every.isActive()
    once.start()
    every.start()
    qtbot.waitUntil(lambda: told.count("every") > 2)
    assert told.count("once") == 1 and every.isActive()
    every.stop()
