"""A DrQueue master and slave for tests, written from what the real ones were seen to do; strict about every byte.

Nothing here uses the code under test: structs are cut by their offsets. What a client may not do is kept in
``complaints``, and the fixture fails the test for it. As on a real master, controls have no answer and are done a
moment later, counters and states are refreshed by a loop, slots are used again at once, a job sent is never stopped,
and a command that fails is a finished frame.
"""

import os
import socket
import struct
import subprocess
import threading
import time
from contextlib import suppress

JOB, FRAME, TASK, LIMITS, NAME, PAIR = 30349, 20, 1329, 50, 128, 256
WAITING, ACTIVE, STOPPED, FINISHED = range(4)
ASSIGNED, ERROR, DONE = 1, 2, 3
NO_ANSWER = {8, 9, 10, 11, 32}
ONE_NUMBER = {15, 16, 17, 18, 26, 22, 23, 24, 30, 27, 28}
AT = {
    "id": (1, ">I"),
    "nprocs": (5, ">H"),
    "status": (7, ">H"),
    "priority": (9, ">I"),
    "start": (30096, ">I"),
    "end": (30100, ">I"),
    "pad": (30104, ">B"),
    "step": (30105, ">I"),
    "left": (30109, ">I"),
    "done": (30113, ">I"),
    "failed": (30117, ">I"),
    "block": (30127, ">I"),
    "submitted": (30131, "<I"),
    "nblocked": (30175, "<H"),
    "flags": (30177, ">I"),
    "depends": (30181, "<I"),
    "cpus": (30185, ">H"),
    "computer_cpus": (30187, ">H"),
    "os": (30189, ">H"),
    "memory": (30191, ">I"),
}
TEXTS = {"name": (13, 128), "cmd": (141, 1024), "owner": (1165, 128), "email": (1293, 128), "pool": (30195, 128)}


def text_of(data):
    return data.split(b"\0")[0].decode("utf-8", "surrogateescape")


class Job:
    def __init__(self, block, variables):
        self.block, self.variables, self.blocked = bytearray(block), variables, []
        self.requeued = 0
        self.make_frames()

    def __getitem__(self, name):
        if name in TEXTS:
            at, size = TEXTS[name]
            return text_of(bytes(self.block[at : at + size]))
        at, code = AT[name]
        return struct.unpack_from(code, self.block, at)[0]

    def __setitem__(self, name, value):
        if name in TEXTS:
            at, size = TEXTS[name]
            self.block[at : at + size] = value.encode().ljust(size, b"\0")
        else:
            struct.pack_into(AT[name][1], self.block, AT[name][0], value)

    def count(self):
        steps = (self["end"] - self["start"] + (self["step"] or 1)) // (self["step"] or 1)
        return -(-steps // self["block"]) if self["block"] else 0

    def make_frames(self):
        self.frames = [[0, 0, 0, 0, 0, 0, 0, 0] for _ in range(self.count())]

    def number(self, index):
        return self["start"] + index * self["block"] * (self["step"] or 1)

    def index(self, number):
        return next(index for index in range(len(self.frames)) if self.number(index) == number)

    def refresh(self):
        """What the consistency loop of the master does."""
        states = [frame[0] for frame in self.frames]
        self["left"], self["done"] = states.count(0), states.count(DONE)
        self["failed"], self["nprocs"] = states.count(ERROR), states.count(ASSIGNED)
        if self["status"] == STOPPED:
            return
        self["status"] = ACTIVE if self["nprocs"] else WAITING if self["left"] else FINISHED


class Fault:
    """What goes wrong with one kind of request: ``close`` half-way, wrong ``size``, ``slow``, or any bytes."""

    def __init__(self, how, after=0):
        self.how, self.after = how, after


class Master:
    def __init__(self, logs, hardware=278):
        self.jobs, self.logs, self.hardware = [None] * 100, logs, hardware
        self.complaints, self.faults, self.asked, self.callers = [], {}, [], set()
        self.pools, self.enabled, self.cpus = ["Default"], 1, 4
        self.pids_missing = 0
        self.job_size, self.delay = JOB, 0.0
        self.todo, self.lock, self.clock = [], threading.RLock(), 1_700_000_000
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.over = threading.Event()
        self.threads = [threading.Thread(target=run, daemon=True) for run in (self.serve, self.loop)]
        for thread in self.threads:
            thread.start()

    @property
    def host(self):
        return f"127.0.0.1:{self.port}"

    def close(self):
        self.over.set()
        with suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for thread in self.threads:
            thread.join()

    def loop(self):
        while not self.over.wait(0.01):
            with self.lock:
                todo, self.todo = self.todo, []
                for act in todo:
                    act()
                for job in filter(None, self.jobs):
                    job.refresh()

    def serve(self):
        while not self.over.is_set():
            try:
                talk, caller = self.server.accept()
            except OSError:
                return
            thread = threading.Thread(target=self.answer, args=(talk,), daemon=True)
            self.threads.append(thread)
            thread.start()
            self.callers.add(caller)

    # --- one request

    def answer(self, talk):
        talk.settimeout(10)
        talk.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with talk, suppress(OSError, EOFError):
            code, who, data = struct.unpack(">BBI", self.read(talk, 6))
            self.asked.append(code)
            if who != 20:
                self.complain(f"request {code} comes from {who}, not from a client")
            fault = self.faults.get(code)
            if fault is not None and self.fails(talk, fault, code):
                return
            self.dispatch(talk, code, data)
            talk.shutdown(socket.SHUT_WR)
            rest = talk.recv(64)
            if rest:
                self.complain(f"request {code} is followed by {rest[:20]!r}")

    def fails(self, talk, fault, code):
        """Do what a fault says; tell whether the conversation ends with it."""
        if fault.how == "slow":
            self.over.wait(5)
            return True
        if fault.how == "close":
            talk.sendall(struct.pack(">BBI", code, 0, 0)[: fault.after])
            return True
        if callable(fault.how):
            fault.how(talk)
            return True
        return False

    def complain(self, text):
        self.complaints.append(text)

    def read(self, talk, size):
        found = b""
        while len(found) < size:
            piece = talk.recv(size - len(found))
            if not piece:
                if found:
                    self.complain(f"a client hung up after {len(found)} of {size} bytes")
                raise EOFError
            found += piece
        return found

    def say(self, talk, data):
        talk.sendall(struct.pack(">BBI", 0, 0, data))

    def offer(self, talk, data, size=None):
        """Send a sized block, as the one that says its size first."""
        size = len(data) if size is None else size
        talk.sendall(struct.pack(">I", size))
        other = struct.unpack(">I", self.read(talk, 4))[0]
        if other != size:
            raise EOFError
        talk.sendall(data)

    def take(self, talk, size):
        """Receive a sized block."""
        other = struct.unpack(">I", self.read(talk, 4))[0]
        talk.sendall(struct.pack(">I", size))
        if other != size:
            raise EOFError
        return self.read(talk, size)

    def take_text(self, talk):
        (length,) = struct.unpack(">H", self.take(talk, 2))
        data = self.take(talk, length)
        if data[-1:] != b"\0" or b"\0" in data[:-1]:
            self.complain(f"a text comes as {data!r}")
        return text_of(data)

    def more(self, talk, code):
        other, _, data = struct.unpack(">BBI", self.read(talk, 6))
        if other != code:
            self.complain(f"a number of request {code} comes with {other}")
        return data

    def dispatch(self, talk, code, data):
        if code == 3:
            return self.register(talk)
        if code in (6, 7):
            return self.list(talk, code)
        if code == 14:
            self.say(talk, 0 if data == 0 else 3)
            return data or self.computer(talk)
        if code in (34, 35, 20, 1, 2, 4, 5, 19) or code > 36:
            return self.complain(f"request {code} is nothing for a client")
        if data > 99:
            return self.complain(f"request {code} names job {data}")
        if code in NO_ANSWER or code in ONE_NUMBER or code in (21, 31):
            return self.control(talk, code, data)
        return self.tell(talk, code, data)

    def register(self, talk):
        with self.lock:
            is_full = None not in self.jobs
        self.say(talk, 2 if is_full else 0)
        if is_full:
            return
        block = self.take(talk, self.job_size)
        (number,) = struct.unpack(">H", self.read(talk, 2))
        pairs = [self.take(talk, PAIR) for _ in range(number)]
        self.check(block, pairs)
        fault = self.faults.get("registered")
        with self.lock:
            slot = self.jobs.index(None)
            job = Job(block, {text_of(pair[:128]): text_of(pair[128:]) for pair in pairs})
            job["id"], job["status"], job["submitted"] = slot, WAITING, self.clock
            self.clock += 1
            job.refresh()
            self.jobs[slot] = job
        if fault is None:
            self.say(talk, slot)

    def check(self, block, pairs):
        for name, (at, size) in TEXTS.items():
            if b"\0" not in block[at : at + size]:
                self.complain(f"the {name} of a job has no end")
        for pair in pairs:
            if pair[127] or pair[255]:
                self.complain("a variable has no end")
        job = Job(bytes(block[:30096]) + bytes(JOB - 30096), {})
        job.block[30096:] = block[30096:]
        if job["end"] < job["start"] or not job["block"] or not job["name"]:
            self.complain(f"frames {job['start']} to {job['end']} in blocks of {job['block']}, name {job['name']!r}")

    def list(self, talk, code):
        with self.lock:
            jobs = [bytes(job.block) for job in self.jobs if job]
        self.say(talk, len(jobs) if code == 6 else 1)
        size = self.job_size
        if code == 7:
            self.computer(talk)
            return
        for job in jobs:
            self.offer(talk, job, size)

    def computer(self, talk):
        tasks = self.tasks()
        talk.sendall(struct.pack(">5H", 10, 20, 30, len(tasks), len(tasks)))
        for task in tasks:
            self.offer(talk, task)
        names = b"render1".ljust(128, b"\0")
        if self.hardware == 278:
            names += b"127.0.0.1".ljust(128, b"\0")
        self.offer(talk, names + struct.pack(">IBBBIHIIB", 0, 1, 2, 3, 2400, self.cpus, 100, 32000, 64))
        own = struct.pack(">BHHIBBB", self.enabled, self.cpus, 9, 0, 6, 30, 1)
        self.offer(talk, own + struct.pack("<HqqIQQ", len(self.pools), 11, 12, 1, 0, 0))
        self.offer(talk, struct.pack(">H", len(self.pools)))
        for pool in self.pools:
            self.offer(talk, pool.encode().ljust(NAME, b"\0"))

    def tasks(self):
        with self.lock:
            pid = 0 if self.pids_missing > 0 else 4711
            self.pids_missing -= 1
            found = []
            for job in filter(None, self.jobs):
                for index, frame in enumerate(job.frames):
                    if frame[0] == ASSIGNED:
                        found.append(self.task(job, index, pid))
            return found[:32]

    def task(self, job, index, pid):
        return (
            struct.pack(">B128sIIH", 1, job["name"].encode(), job["id"], 0, index)
            + struct.pack(">1024s128sIIIBII", b"", b"", job.number(index), job["start"], job["end"], 4, 1, 1)
            + struct.pack(">iiBQ", pid, 0, 1, 0)
        )

    def tell(self, talk, code, slot):
        with self.lock:
            job = self.jobs[slot]
        if code in (12, 13):
            self.say(talk, 0 if job else 3)
        if job is None:
            return None
        if code == 12:
            return self.offer(talk, bytes(job.block), self.job_size)
        if code == 13:
            return talk.sendall(b"".join(struct.pack(">BIIBIHHH", *frame) for frame in job.frames))
        if code == 25:
            number = self.more(talk, 25)
            return talk.sendall(struct.pack(">BIIBIHHH", *job.frames[job.index(number)]))
        if code == 29:
            # Another conversation may change it meanwhile.
            blocked = list(job.blocked)
            self.say(talk, len(blocked))
            return [self.offer(talk, name.encode().ljust(NAME, b"\0")) for name in blocked]
        if code == 33:
            talk.sendall(struct.pack(">H", len(job.variables)))
            pairs = job.variables.items()
            return [self.offer(talk, k.encode().ljust(128, b"\0") + v.encode().ljust(128, b"\0")) for k, v in pairs]
        if code == 36:
            data = job["name"].encode() + b"\0"
            self.offer(talk, struct.pack(">H", len(data)))
            return self.offer(talk, data)
        return self.complain(f"request {code} is unknown")

    # --- controls

    def control(self, talk, code, slot):
        numbers = []
        if code in ONE_NUMBER:
            numbers = [self.more(talk, code)]
        elif code == 21:
            numbers = [self.more(talk, code) for _ in range(4)]
        elif code == 31:
            numbers = [self.take_text(talk)]
        with self.lock:
            self.todo.append(lambda: self.act(code, slot, *numbers))

    def act(self, code, slot, *numbers):
        job = self.jobs[slot]
        if job is None:
            return
        if code == 8:
            self.jobs[slot] = None
        elif code in (9, 11):
            self.stop(job, code)
        elif code == 10:
            job["status"] = WAITING if job["status"] in (STOPPED, FINISHED) else job["status"]
        elif code == 32:
            job.make_frames()
        elif code in (15, 16, 17, 18, 26):
            self.frame(job, code, numbers[0])
        elif code == 21:
            job["start"], job["end"], job["step"], job["block"] = numbers
            job.make_frames()
        elif code == 27:
            job.blocked.append("render1")
        elif code == 28:
            del job.blocked[numbers[0]]
        else:
            job[{22: "cpus", 23: "computer_cpus", 24: "priority", 30: "memory", 31: "pool"}[code]] = numbers[0]

    def stop(self, job, code):
        if job["status"] not in (WAITING, ACTIVE):
            return
        job["status"] = STOPPED
        for frame in job.frames:
            if code == 11 and frame[0] == ASSIGNED:
                frame[0] = 0

    def frame(self, job, code, number):
        frame = job.frames[job.index(number)]
        if code == 15 and frame[0] in (ERROR, DONE):
            frame[:] = [0] * 8
        elif code == 16 and frame[0] == ASSIGNED:
            frame[0] = 0
        elif code in (17, 18):
            frame[0] = DONE
        elif code == 26:
            frame[6] = 0

    # --- the slave

    def runnable(self):
        """Return a job and the index of its next frame, or nothing."""
        for job in filter(None, self.jobs):
            parent = self.jobs[job["depends"]] if job["flags"] & 4 else None
            waits = job["flags"] & 4 and (parent is None or parent["status"] != FINISHED)
            if waits or job["status"] not in (WAITING, ACTIVE) or job["pool"] not in self.pools:
                continue
            for index, frame in enumerate(job.frames):
                if frame[0] == 0:
                    return job, index
        return None

    def assign(self):
        """Give one frame to the slave without running it."""
        with self.lock:
            job, index = self.runnable()
            job.frames[index][:] = [ASSIGNED, self.clock, 0, 0, 0, index, 0, 0]
            job.refresh()
            return job, index

    def run(self, most=1000):
        """Run frames, one after the other, until none can run; return how many did."""
        for ran in range(most):
            self.settle()
            with self.lock:
                found = self.runnable()
                if found is None:
                    return ran
            self.run_frame(*self.assign())
        return most

    def run_frame(self, job, index):
        number = job.number(index)
        env = {**os.environ, "DRQUEUE_FRAME": str(number), "DRQUEUE_JOBID": str(job["id"]), **job.variables}
        folder = self.logs / f"{job['id']:03}.{job['name']}"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{job['name']}.{number:04}").open("ab") as log:
            log.write(b"Log started\nComputer: render1\n\n\n")
            log.flush()
            code = subprocess.call(["sh", "-c", job["cmd"]], stdout=log, stderr=log, env=env)
        with self.lock:
            frame = job.frames[index]
            frame[2] = self.clock + 1
            frame[0], frame[3] = (DONE, code) if code >= 0 else (ERROR, 0)
            job.refresh()

    def settle(self):
        """Wait until all controls that were sent are read and done."""
        end = time.monotonic() + 20
        # Calls are taken in their order: when this one is, all before it have a thread.
        with socket.create_connection(("127.0.0.1", self.port)) as talk:
            here = talk.getsockname()
            while here not in self.callers and time.monotonic() < end:
                time.sleep(0.002)
        for thread in self.threads[2:]:
            thread.join(max(0, end - time.monotonic()))
        while self.todo and time.monotonic() < end:
            time.sleep(0.005)
        with self.lock:
            for job in filter(None, self.jobs):
                job.refresh()


class Slave:
    """A slave's own port: it keeps what it was told."""

    def __init__(self, master):
        self.master, self.told = master, []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                talk, _ = self.server.accept()
            except OSError:
                return
            talk.settimeout(10)
            with talk, suppress(OSError, EOFError):
                self.take(talk)

    def take(self, talk):
        code, _, data = struct.unpack(">BBI", self.master.read(talk, 6))
        if code == 4:
            self.told.append((4, data, self.master.more(talk, 4), self.master.more(talk, 4)))
        elif code in (6, 7):
            name = self.master.take_text(talk)
            self.told.append((code, name))
            (self.master.pools.append if code == 6 else self.master.pools.remove)(name)
        else:
            self.told.append((code, data))
            if code == 8:
                self.master.enabled = data
            elif code == 2:
                self.master.cpus = data

    def close(self):
        with suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join()
