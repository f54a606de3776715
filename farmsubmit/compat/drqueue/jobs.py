# ruff: noqa: N801  # the names are DrQueue's
"""``job`` and ``frame_info`` of DrQueue's bindings: structs with methods."""

from __future__ import annotations

from typing import Any, Dict, List

from farmsubmit.compat.drqueue.constants import CLIENT
from farmsubmit.compat.drqueue.errors import DRE_NOTREGISTERED, DrQueueError, master, raising, returning
from farmsubmit.engines.drqueue import frames, records
from farmsubmit.engines.drqueue import master as codes

frame_info = records.FrameRecord


class job(records.JobRecord):
    """A job, one in the queue or one to be sent; its attributes are those of DrQueue's struct, with its defaults.

    Methods return 1 and raise IOError where they fail. One that changes the job looks first whether its slot still
    holds it, for DrQueue uses a slot again at once; it is done a moment later, so ``update`` may show it as it was.
    """

    # Scripts keep jobs in sets and as keys, each for itself.
    __hash__ = object.__hash__

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._variables: Dict[str, str] = {}
        if not self.owner:
            self.owner = _user()

    @raising
    def send_to_queue(self) -> int:
        """Send the job; ``id`` is then its number in the queue."""
        self.id = master().register(self, self._variables)
        return 1

    @raising
    def update(self, who: int = CLIENT) -> int:
        """Ask the master for how the job stands, without its frames."""
        vars(self).update(vars(master().job(self.id)))
        return 1

    def request_stop(self, who: int = CLIENT) -> int:
        """Let no more frames start."""
        return self._tell(codes.STOP)

    def request_continue(self, who: int = CLIENT) -> int:
        """Let frames start again."""
        return self._tell(codes.CONTINUE)

    def request_hard_stop(self, who: int = CLIENT) -> int:
        """Let no more frames start, and kill those that run."""
        return self._tell(codes.HARD_STOP)

    def request_rerun(self, who: int = CLIENT) -> int:
        """Run all frames again."""
        return self._tell(codes.RERUN)

    def request_delete(self, who: int = CLIENT) -> int:
        """Take the job out of the queue."""
        return self._tell(codes.DELETE)

    @raising
    def request_frame_list(self, who: int = CLIENT) -> List[frame_info]:
        """Return how each frame stands."""
        # The master sends as many frames as the job has now, which may be others than when this object was made.
        return master().frames(master().job(self.id))

    def job_frame_index_to_number(self, index: int) -> int:
        """Return the number of the frame at an index from 0; raises IndexError."""
        return frames.frame_number(self, index)

    def environment_variable_add(self, name: str, value: str) -> int:
        """Set an environment variable for the job's commands, before it is sent."""
        self._variables[name] = value
        return 1

    def environment_variable_delete(self, name: str) -> int:
        """Take a variable away again; raises IndexError."""
        self.environment_variable_find(name)
        del self._variables[name]
        return 1

    def environment_variable_find(self, name: str) -> str:
        """Return the value of a variable; raises IndexError."""
        if name not in self._variables:
            raise IndexError(f"the job has no variable {name!r}")
        return self._variables[name]

    @raising
    def _tell(self, code: int) -> int:
        found = master().job(self.id)
        if found.name != self.name or self.submit_time not in (0, found.submit_time):
            text = f"job {self.id} is {found.name!r} now; {self.name!r} has left the queue"
            raise DrQueueError(DRE_NOTREGISTERED, text)
        master().tell(code, self.id)
        return 1


@raising
def request_job_list(who: int = CLIENT) -> List[job]:
    """Return all jobs in the queue; raises IOError."""
    return [records.new(job, each) for each in master().jobs()]


@returning
def register_job(sent: job) -> int:
    """Send a job, and return 1, or 0 where it was not taken."""
    return sent.send_to_queue()


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"
