"""What a client says to a master and a slave, byte for byte, and what it makes of answers, hostile ones too."""

import runpy
import socket
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farmsubmit.engines.drqueue import master as requests
from farmsubmit.engines.drqueue import records
from farmsubmit.engines.drqueue.frames import count, frame_number
from farmsubmit.engines.drqueue.master import Master
from farmsubmit.engines.drqueue.records import FrameRecord, JobLimits, JobRecord
from farmsubmit.engines.drqueue.slave import Slave
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, SpoolError

FARM = runpy.run_path(str(Path(__file__).with_name("drqueue_farm.py")))


def job(**values):
    return JobRecord(**{"name": "test", "cmd": "true", "frame_end": 10, "owner": "me", **values})


def wait(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)
    return True


# --- structs


def values(layout):
    kinds = {"text": texts, "bytes": rooms, "number": numbers}
    return st.fixed_dictionaries({field.name: kinds[field.kind](field) for field in layout.fields})


def texts(field):
    alphabet = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
    return st.text(alphabet, max_size=field.size // 4 - 1)


def rooms(field):
    return st.binary(max_size=20).map(lambda data: data.ljust(field.size, b"\0"))


def numbers(field):
    bits = 8 * field.size
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if field.code.islower() else (0, (1 << bits) - 1)
    return st.integers(low, high)


LAYOUTS = ["_JOB", "_FRAME", "_TASK", "_OLD_HARDWARE", "_NEW_HARDWARE", "_LIMITS"]


@pytest.mark.parametrize("name", LAYOUTS)
@settings(max_examples=8, deadline=None)
@given(st.data())
def test_every_struct_comes_back_as_it_was_packed(name, data):
    layout = getattr(records, name)
    found = data.draw(values(layout))
    order = data.draw(st.sampled_from(["little", "big"]))
    packed = layout.pack(found, order)
    assert len(packed) == layout.size
    assert layout.unpack(packed, order) == found


def test_a_job_has_its_fields_where_a_master_reads_them():
    sent = FARM["Job"](records.pack_job(job(priority=7, dependid=3, limits=JobLimits(4, 2, 2, 512, "fast"))), {})
    assert [sent[name] for name in ("name", "cmd", "owner", "pool")] == ["test", "true", "me", "fast"]
    assert [sent[name] for name in ("priority", "depends", "cpus", "computer_cpus", "os", "memory")] == [
        7, 3, 4, 2, 2, 512,
    ]  # fmt: skip
    assert [sent[name] for name in ("start", "end", "pad", "step", "block")] == [1, 10, 4, 1, 1]


def test_numbers_in_the_hosts_order_are_the_only_ones_that_change_with_it():
    little, big = (records.pack_job(job(dependid=1), order) for order in ("little", "big"))
    assert little[30181:30185] == b"\1\0\0\0"
    assert big[30181:30185] == b"\0\0\0\1"
    assert little[9:13] == big[9:13] == b"\0\0\1\xf4"


def test_a_text_without_an_end_takes_its_whole_field_and_no_more():
    block = bytearray(records.pack_job(job()))
    block[13:141] = b"x" * 128
    assert records.unpack_job(bytes(block)).name == "x" * 128


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 20), st.integers(1, 20))
def test_frames_are_counted_as_the_master_counts_them(start, more, step, block):
    found = job(frame_start=start, frame_end=start + more, frame_step=step, block_size=block)
    every = list(range(start, start + more + 1, step))
    assert count(found) == len(every[::block])
    assert [frame_number(found, index) for index in range(count(found))] == every[::block]


# --- requests


def test_a_job_that_is_sent_is_listed_as_it_was_sent(farm, client):
    slot = client.register(job(priority=9), {"SHOT": "010", "TITLE": "für"})
    (found,) = client.jobs()
    assert (slot, found.name, found.priority, found.status, found.fleft) == (0, "test", 9, records.WAITING, 10)
    assert client.variables(slot) == {"SHOT": "010", "TITLE": "für"}
    assert client.name(slot) == "test"
    assert client.job(slot) == found
    assert client.frames(found) == [FrameRecord()] * 10


def test_any_number_of_jobs_is_listed(farm, client):
    for number in range(100):
        client.register(job(name=f"job{number}"), {})
    assert [each.name for each in client.jobs()] == [f"job{number}" for number in range(100)]
    with pytest.raises(SpoolError, match="no room for another job"):
        client.register(job(), {})


@pytest.mark.parametrize(("code", "status"), [(requests.STOP, records.STOPPED), (requests.HARD_STOP, records.STOPPED)])
def test_a_job_is_stopped_and_continued(farm, client, code, status):
    slot = client.register(job(), {})
    client.tell(code, slot)
    assert wait(lambda: client.job(slot).status == status)
    client.tell(requests.CONTINUE, slot)
    assert wait(lambda: client.job(slot).status == records.WAITING)


def test_a_deleted_job_leaves_its_slot_to_the_next(farm, client):
    slot = client.register(job(), {})
    client.tell(requests.DELETE, slot)
    assert wait(lambda: not client.jobs())
    assert client.register(job(name="other"), {}) == slot


def test_each_number_of_a_job_can_be_set(farm, client):
    slot = client.register(job(), {})
    numbers = {"SET_CPUS": 1, "SET_COMPUTER_CPUS": 2, "SET_PRIORITY": 3, "SET_MEMORY": 4}
    for name, number in numbers.items():
        client.tell_number(getattr(requests, name), slot, number)
    client.set_pool(slot, "fast")
    client.set_frames(slot, 5, 9, 2, 1)
    wait(lambda: client.job(slot).frame_step == 2)
    found = client.job(slot)
    assert found.limits == JobLimits(1, 2, 65535, 4, "fast")
    assert (found.priority, found.frame_start, found.frame_end) == (3, 5, 9)


def test_frames_are_told_apart_by_their_numbers(farm, client):
    slot = client.register(job(frame_start=10, frame_end=20, frame_step=5), {})
    client.tell_number(requests.FRAME_FINISH, slot, 15)
    assert wait(lambda: client.frame(slot, 15).status == records.FRAME_FINISHED)
    assert [each.status for each in client.frames(client.job(slot))] == [0, 3, 0]
    client.tell_number(requests.FRAME_WAIT, slot, 15)
    assert wait(lambda: client.frame(slot, 15).status == records.FRAME_WAITING)


def test_computers_are_blocked_by_their_numbers(farm, client):
    slot = client.register(job(), {})
    client.tell_number(requests.BLOCK, slot, 0)
    assert wait(lambda: client.blocked_hosts(slot) == ["render1"])
    client.tell_number(requests.UNBLOCK, slot, 0)
    assert wait(lambda: not client.blocked_hosts(slot))


@pytest.mark.parametrize(("size", "address"), [(150, ""), (278, "127.0.0.1")])
def test_computers_of_both_versions_are_read(farm, client, size, address):
    farm.hardware = size
    client.register(job(), {})
    farm.assign()
    (found,) = client.computers()
    assert (found.hardware.name, found.hardware.address, found.hardware.memory) == ("render1", address, 32000)
    assert (found.limits.pools, found.limits.autoenable.h, found.load) == (["Default"], 6, [10, 20, 30])
    assert [(task.jobname, task.frame, task.pid) for task in found.tasks] == [("test", 1, 4711)]
    assert client.computer(0) == found


def test_a_slave_is_told_each_thing_in_its_own_way(farm):
    other = FARM["Slave"](farm)
    slave = Slave("127.0.0.1", other.port)
    slave.set_cpus(3)
    slave.set_free_load(2)
    slave.set_autoenable(6, 30, 1)
    slave.job_available()
    slave.add_pool("fast")
    slave.remove_pool("fast")
    slave.set_enabled(False)
    slave.kill_task(5)
    wait(lambda: len(other.told) == 8)
    other.close()
    assert other.told == [(2, 3), (3, 2), (4, 6, 30, 1), (5, 0), (6, "fast"), (7, "fast"), (8, 0), (1, 5)]


# --- what is refused before anything is sent


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": "x" * 128}, "the name of a job has 128 bytes; DrQueue takes at most 127"),
        ({"cmd": "ü" * 512}, "the cmd of a job has 1024 bytes; DrQueue takes at most 1023"),
        ({"frame_start": 5, "frame_end": 4}, "the frames end at 4, before they start at 5"),
        ({"block_size": 0}, "a block has 0 frames"),
        ({"frame_step": 0}, "the step between frames is 0"),
        ({"frame_end": 2_000_000}, "2,000,000 frames"),
        ({"priority": -1}, "the priority of a job is -1; DrQueue takes whole numbers from 0 to 4294967295"),
        ({"limits": JobLimits(pool="p" * 128)}, "the limits pool of a job has 128 bytes"),
        ({"owner": "a\0b"}, "the owner of a job holds a NUL"),
    ],
)
def test_a_job_that_cannot_be_right_never_leaves(farm, client, wrong, told):
    with pytest.raises(SpoolError) as error:
        client.register(job(**wrong), {})
    assert told in str(error.value)
    assert not farm.asked


@pytest.mark.parametrize("pair", [("N" * 128, "v"), ("N", "v" * 128), ("", "v"), ("A=B", "v")])
def test_a_variable_that_does_not_fit_never_leaves(farm, client, pair):
    with pytest.raises(SpoolError, match="variable"):
        client.register(job(), dict([pair]))
    assert not farm.asked


def test_slot_100_lies_outside_of_the_masters_table_and_is_never_named(farm, client):
    with pytest.raises(EngineError, match="100 is no job of DrQueue; there are 0 to 99"):
        client.tell(requests.STOP, 100)
    assert not farm.asked


# --- what goes wrong


def test_nobody_at_the_port_is_an_engine_that_cannot_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(EngineUnreachable, match="does not answer"):
        Master("127.0.0.1", port).jobs()


def test_an_older_master_is_named_as_one(farm, client):
    client.register(job(), {})
    farm.job_size = 20000
    with pytest.raises(EngineError, match="of another version: for a job it has 20000 bytes, not 30349"):
        client.jobs()
    with pytest.raises(SpoolError, match="of another version"):
        client.register(job(), {})
    farm.complaints.clear()


def test_a_master_that_closes_before_the_job_left_has_not_got_it(farm, client):
    farm.faults[3] = FARM["Fault"]("close", 3)
    with pytest.raises(EngineUnreachable, match="hung up half-way") as error:
        client.register(job(), {})
    assert not isinstance(error.value, AnswerLost)


def test_a_master_that_closes_after_the_job_left_may_have_it(farm, client):
    farm.faults["registered"] = FARM["Fault"]("close")
    with pytest.raises(AnswerLost, match="the job was sent, and no answer came"):
        client.register(job(), {})


def test_a_slow_master_is_not_waited_for_longer_than_the_deadline(farm):
    farm.faults[6] = FARM["Fault"]("slow")
    with pytest.raises(EngineUnreachable, match="takes too long"):
        Master("127.0.0.1", farm.port, seconds=0.2).jobs()


def says(*parts):
    def speak(talk):
        talk.sendall(b"".join(parts))
        talk.recv(1 << 16)

    return speak


def number(data):
    return struct.pack(">BBI", 0, 0, data)


@pytest.mark.parametrize(
    ("code", "ask", "answer"),
    [
        (6, lambda client: client.jobs(), [number(101)]),
        (6, lambda client: client.jobs(), [number(0xFFFFFFFF)]),
        (6, lambda client: client.jobs(), [number(1), b"\xff" * 4]),
        (7, lambda client: client.computers(), [number(0xFFFFFFFF)]),
        (7, lambda client: client.computers(), [number(1), b"\xff" * 10]),
        (7, lambda client: client.computers(), [number(1), bytes(10), struct.pack(">I", 151)]),
        (12, lambda client: client.job(0), [number(77)]),
        (29, lambda client: client.blocked_hosts(0), [number(0xFFFFFFFF)]),
        (33, lambda client: client.variables(0), [b"\xff\xff"]),
        (36, lambda client: client.name(0), [struct.pack(">IH", 2, 0)]),
        (36, lambda client: client.name(0), [struct.pack(">IH", 2, 65535)]),
        (36, lambda client: client.name(0), [struct.pack(">IHI", 2, 3, 3), b"abc"]),
    ],
)
def test_what_cannot_be_ends_in_one_sentence(farm, client, code, ask, answer):
    farm.faults[code] = FARM["Fault"](says(*answer))
    with pytest.raises(EngineError) as error:
        ask(client)
    assert not isinstance(error.value, EngineUnreachable)
    farm.complaints.clear()


def test_a_job_with_four_thousand_million_frames_is_not_read():
    with pytest.raises(EngineError, match="frames"):
        Master("nowhere").frames(job(frame_start=5, frame_end=3))


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=200))
def test_any_answer_ends_in_an_answer_or_an_error(data):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak():
            talk, _ = server.accept()
            with talk:
                talk.recv(64)
                talk.sendall(data)

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        with suppress(EngineError):
            Master("127.0.0.1", server.getsockname()[1], seconds=2).jobs()
        thread.join()
