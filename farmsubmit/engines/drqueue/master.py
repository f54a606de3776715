"""Every request that a client may make of a DrQueue master, one method each.

Requests that change something have no answer: the master does them a moment later, and what it does not know it
ignores. Look at the job again to see them done. Blocking and unblocking by name are missing on purpose: they stall the
master; so are jobs above 99, which lie outside of its table.
Source: the requests of DrQueue 0.64.4 and later, as its master was seen to answer them.
"""

from __future__ import annotations

import struct
from typing import Dict, List, Mapping, Tuple

from farmsubmit.engines.drqueue import records
from farmsubmit.engines.drqueue.codec import decoded, encoded
from farmsubmit.engines.drqueue.frames import count, refuse_endless
from farmsubmit.engines.drqueue.records import Computer, FrameRecord, JobRecord
from farmsubmit.engines.drqueue.wire import MASTER_PORT, WHOLE_SECONDS, Conversation, Refused
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, SpoolError

REGISTER_JOB, LIST_JOBS, LIST_COMPUTERS = 3, 6, 7
DELETE, STOP, CONTINUE, HARD_STOP, RERUN = 8, 9, 10, 11, 32
JOB, FRAMES, COMPUTER, FRAME = 12, 13, 14, 25
FRAME_WAIT, FRAME_KILL, FRAME_FINISH, FRAME_KILL_FINISH, FRAME_RESET = 15, 16, 17, 18, 26
SET_FRAMES, SET_CPUS, SET_COMPUTER_CPUS, SET_PRIORITY, SET_MEMORY, SET_POOL = 21, 22, 23, 24, 30, 31
BLOCK, UNBLOCK, BLOCKED_HOSTS, VARIABLES, NAME = 27, 28, 29, 33, 36

_ERRORS = {
    1: "it is registered already",
    2: "it has no room for another job",
    3: "there is no such job or computer",
    4: "no job is available",
    5: "the task is not running",
}
NO_SPACE, NOT_REGISTERED = 2, 3
# Variables of a job, blocked computers and pools of a computer that are read at most.
_MOST_LISTED = 4096


class Master:
    """A DrQueue master; ``order`` is that of its host's own numbers, ``little`` or ``big``.

    Methods raise EngineUnreachable where it does not answer, and EngineError (Refused where it says so itself).
    """

    def __init__(
        self, host: str, port: int = MASTER_PORT, order: str = "little", seconds: float = WHOLE_SECONDS
    ) -> None:
        self.host, self.port, self.order, self.seconds = host, port, order, seconds

    # --- what is asked

    def jobs(self) -> List[JobRecord]:
        """Return all jobs, by their slots."""
        with self._talk() as talk:
            talk.ask(LIST_JOBS)
            number = talk.count(records.MOST_JOBS, "jobs")
            return [self._job(talk) for _ in range(number)]

    def computers(self) -> List[Computer]:
        """Return the computers that have a slave running."""
        with self._talk() as talk:
            talk.ask(LIST_COMPUTERS)
            number = talk.count(records.MOST_COMPUTERS, "computers")
            return [self._computer(talk) for _ in range(number)]

    def job(self, slot: int) -> JobRecord:
        """Return the job in a slot; raises Refused where there is none."""
        with self._asked(JOB, slot) as talk:
            _refuse(talk)
            return self._job(talk)

    def frames(self, job: JobRecord) -> List[FrameRecord]:
        """Return the frames of a job, as many as the job says it has, in their order."""
        number = count(job)
        if not number:
            # The master hangs up on such a question.
            return []
        with self._asked(FRAMES, job.id) as talk:
            _refuse(talk)
            data = talk.read(number * records.FRAME_SIZE)
        size = records.FRAME_SIZE
        return [records.unpack_frame(data[at : at + size]) for at in range(0, len(data), size)]

    def frame(self, slot: int, number: int) -> FrameRecord:
        """Return one frame, by its number; the master hangs up where there is none."""
        with self._asked(FRAME, slot) as talk:
            talk.ask(FRAME, number)
            return records.unpack_frame(talk.read(records.FRAME_SIZE))

    def computer(self, number: int) -> Computer:
        """Return a computer by its number; raises Refused where there is none."""
        _refuse_number(number, records.MOST_COMPUTERS, "computer")
        with self._talk() as talk:
            talk.ask(COMPUTER, number)
            _refuse(talk)
            return self._computer(talk)

    def variables(self, slot: int) -> Dict[str, str]:
        """Return the environment variables that a job brings along."""
        with self._asked(VARIABLES, slot) as talk:
            (number,) = struct.unpack(">H", talk.read(2))
            if number > _MOST_LISTED:
                raise EngineError(f"DrQueue at {talk.where} says that job {slot} has {number} variables")
            pairs = (talk.block("a variable", records.VARIABLE_SIZE) for _ in range(number))
            return {decoded(pair[: records.NAME]): decoded(pair[records.NAME :]) for pair in pairs}

    def name(self, slot: int) -> str:
        """Return the name of the job in a slot."""
        with self._asked(NAME, slot) as talk:
            return talk.text("a name")

    def blocked_hosts(self, slot: int) -> List[str]:
        """Return the names of the computers that a job does not run on; their places in it unblock them."""
        with self._asked(BLOCKED_HOSTS, slot) as talk:
            number = talk.count(_MOST_LISTED, "blocked computers")
            return [decoded(talk.block("a blocked computer", records.NAME_SIZE)) for _ in range(number)]

    # --- sending a job

    def register(self, job: JobRecord, variables: Mapping[str, str]) -> int:
        """Send a job and return its slot.

        Raises SpoolError where it is refused or cannot be right, EngineUnreachable where it did not leave, and
        AnswerLost where it was sent and no slot came back.
        """
        block, pairs = self._packed(job, variables)
        with self._talk() as talk:
            talk.ask(REGISTER_JOB)
            try:
                _refuse(talk)
                talk.offer(len(block), "a job")
            except EngineUnreachable:
                raise
            except EngineError as error:
                raise SpoolError(error.problem, error.hint) from None
            try:
                return _sent(talk, block, pairs)
            except EngineError as error:
                problem = f"the job was sent, and no answer came: {error.problem}"
                raise AnswerLost(problem, error.hint) from None

    def _packed(self, job: JobRecord, variables: Mapping[str, str]) -> Tuple[bytes, List[bytes]]:
        try:
            refuse_endless(job.frame_start, job.frame_end, job.frame_step, job.block_size)
            pairs = [_pair(name, value) for name, value in variables.items()]
            _refuse_number(len(pairs), _MOST_LISTED, "number of variables")
            return records.pack_job(job, self.order), pairs
        except EngineError as error:
            raise SpoolError(error.problem, error.hint) from None

    # --- what is changed; nothing answers

    def tell(self, code: int, slot: int) -> None:
        """Stop a job, continue it, kill what it runs (HARD_STOP), run it again (RERUN), or delete it."""
        with self._asked(code, slot):
            pass

    def tell_number(self, code: int, slot: int, number: int) -> None:
        """Tell a frame of a job by its number (FRAME_…), or set a number of a job (SET_…, BLOCK, UNBLOCK)."""
        if not 0 <= number <= records.LARGEST_U32:
            raise EngineError(f"{number} is no number that DrQueue takes", f"it takes 0 to {records.LARGEST_U32}")
        with self._asked(code, slot) as talk:
            talk.ask(code, number)

    def set_pool(self, slot: int, pool: str) -> None:
        """Set the pool of a job."""
        encoded(pool, records.NAME, "the pool of a job")
        with self._asked(SET_POOL, slot) as talk:
            talk.send_text(pool, "the pool of a job")

    def set_frames(self, slot: int, start: int, end: int, step: int, block: int) -> None:
        """Set the frames of a job, which should be stopped: the master kills what lies outside of them."""
        refuse_endless(start, end, step, block)
        with self._asked(SET_FRAMES, slot) as talk:
            for number in (start, end, step, block):
                talk.ask(SET_FRAMES, number)

    # --- structs

    def _talk(self) -> Conversation:
        return Conversation(self.host, self.port, self.seconds)

    def _asked(self, code: int, slot: int) -> Conversation:
        _refuse_number(slot, records.MOST_JOBS, "job")
        talk = self._talk()
        try:
            talk.ask(code, slot)
        except BaseException:
            talk.close()
            raise
        return talk

    def _job(self, talk: Conversation) -> JobRecord:
        return records.unpack_job(talk.block("a job", records.JOB_SIZE), self.order)

    def _computer(self, talk: Conversation) -> Computer:
        *load, ntasks, nrunning = struct.unpack(">5H", talk.read(10))
        if ntasks > records.MOST_TASKS:
            raise EngineError(f"DrQueue at {talk.where} says that a computer has {ntasks} tasks")
        tasks = [records.unpack_task(talk.block("a task", records.TASK_SIZE)) for _ in range(ntasks)]
        hardware = records.unpack_hardware(talk.block("a computer", *records.HARDWARE_SIZES))
        limits = records.unpack_limits(talk.block("the limits of a computer", records.LIMITS_SIZE), self.order)
        (npools,) = struct.unpack(">H", talk.block("the number of pools", 2))
        if npools > _MOST_LISTED:
            raise EngineError(f"DrQueue at {talk.where} says that a computer is in {npools} pools")
        limits.pools = [decoded(talk.block("a pool", records.NAME_SIZE)) for _ in range(npools)]
        return Computer(hardware, limits, list(load), nrunning, tasks)


def _sent(talk: Conversation, block: bytes, pairs: List[bytes]) -> int:
    """Send what a job is made of, and return the slot that the master answers."""
    talk.send(block + struct.pack(">H", len(pairs)))
    for pair in pairs:
        talk.offer(len(pair), "a variable")
        talk.send(pair)
    slot = talk.answer()
    _refuse_number(slot, records.MOST_JOBS, "slot")
    return slot


def _pair(name: str, value: str) -> bytes:
    if not name or "=" in name:
        raise EngineError(f"a variable of the job has the name {name!r}", "it has a letter, and no =")
    data = encoded(name, records.NAME, f"the name of variable {name[:40]!r}").ljust(records.NAME, b"\0")
    return data + encoded(value, records.NAME, f"the value of variable {name}").ljust(records.NAME, b"\0")


def _refuse(talk: Conversation) -> None:
    code = talk.answer()
    if code:
        reason = _ERRORS.get(code, f"its error has the number {code}")
        raise Refused(code, f"DrQueue at {talk.where} refuses: {reason}")


def _refuse_number(number: int, most: int, what: str) -> None:
    if not 0 <= number < most:
        raise EngineError(f"{number} is no {what} of DrQueue", f"there are 0 to {most - 1}")
