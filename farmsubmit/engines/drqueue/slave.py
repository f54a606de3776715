"""Every request that a client may make of a DrQueue slave, one method each.

Nothing answers; the master tells of what has changed about a second later.
Source: the requests of DrQueue 0.64.4 and later, as a slave was seen to take them.
"""

from __future__ import annotations

from farmsubmit.engines.drqueue import records
from farmsubmit.engines.drqueue.codec import encoded
from farmsubmit.engines.drqueue.wire import SLAVE_PORT, WHOLE_SECONDS, Conversation
from farmsubmit.errors import EngineError

KILL_TASK, SET_CPUS, SET_FREE_LOAD, SET_AUTOENABLE, JOB_AVAILABLE, ADD_POOL, REMOVE_POOL, SET_ENABLED = range(1, 9)


class Slave:
    """A DrQueue slave, by the address of its computer. Methods raise EngineUnreachable and EngineError."""

    def __init__(self, host: str, port: int = SLAVE_PORT, seconds: float = WHOLE_SECONDS) -> None:
        self.host, self.port, self.seconds = host, port, seconds

    def kill_task(self, task: int) -> None:
        """Kill what one of its tasks runs; not one that has no process yet, for then the slave kills itself."""
        if not 0 <= task < records.MOST_TASKS:
            raise EngineError(f"{task} is no task of a slave", f"there are 0 to {records.MOST_TASKS - 1}")
        self._tell(KILL_TASK, task)

    def set_cpus(self, number: int) -> None:
        """Set how many processors it gives at most."""
        self._tell(SET_CPUS, number)

    def set_free_load(self, number: int) -> None:
        """Set up to which load it takes more."""
        self._tell(SET_FREE_LOAD, number)

    def set_autoenable(self, hour: int, minute: int, flags: int) -> None:
        """Set when it takes work again by itself."""
        if not (0 <= hour < 24 and 0 <= minute < 60):
            raise EngineError(f"{hour}:{minute:02} is no time of a day", "from 0:00 to 23:59")
        self._tell(SET_AUTOENABLE, hour, minute, flags)

    def job_available(self) -> None:
        """Let it ask the master for work now."""
        self._tell(JOB_AVAILABLE, 0)

    def add_pool(self, name: str) -> None:
        """Put it into a pool."""
        self._tell_text(ADD_POOL, name)

    def remove_pool(self, name: str) -> None:
        """Take it out of a pool."""
        self._tell_text(REMOVE_POOL, name)

    def set_enabled(self, is_enabled: bool) -> None:
        """Let it take work, or not."""
        self._tell(SET_ENABLED, int(is_enabled))

    def _tell(self, code: int, *numbers: int) -> None:
        for number in numbers:
            if not 0 <= number <= records.LARGEST_U16:
                raise EngineError(f"{number} is no number that a slave takes", f"it takes 0 to {records.LARGEST_U16}")
        with Conversation(self.host, self.port, self.seconds) as talk:
            for number in numbers:
                talk.ask(code, number)

    def _tell_text(self, code: int, text: str) -> None:
        encoded(text, records.NAME, "the name of a pool")
        with Conversation(self.host, self.port, self.seconds) as talk:
            talk.ask(code, 0)
            talk.send_text(text, "the name of a pool")
