# ruff: noqa: N801  # the names are DrQueue's
"""``computer`` of DrQueue's bindings: a slave as the master tells of it, with methods that speak to the slave."""

from __future__ import annotations

from typing import Iterable, List

from farmsubmit.compat.drqueue.constants import CLIENT
from farmsubmit.compat.drqueue.errors import master, raising, slave
from farmsubmit.engines.drqueue import records


class computer_limits(records.ComputerLimits):
    """What a computer gives to DrQueue. The methods change this object, not the slave."""

    def get_pool(self, index: int) -> str:
        """Return the name of a pool by its place; raises IndexError."""
        return self.pools[index]

    def pool_add(self, name: str) -> int:
        """Add a pool here."""
        self.pools.append(name)
        self.npools = len(self.pools)
        return 1

    def pool_remove(self, name: str) -> int:
        """Take a pool away here; raises IndexError."""
        if name not in self.pools:
            raise IndexError(f"the computer is in no pool {name!r}")
        self.pools.remove(name)
        self.npools = len(self.pools)
        return 1

    def pool_list(self) -> List[str]:
        """Return the names of the pools."""
        return list(self.pools)


class computer_status:
    """What a computer does: its load, and the frames that it runs."""

    def __init__(self, load: Iterable[int] = (0, 0, 0), nrunning: int = 0, tasks: Iterable[records.TaskRecord] = ()):
        self.loadavg, self.nrunning, self.tasks = list(load), nrunning, list(tasks)

    @property
    def ntasks(self) -> int:
        """How many tasks there are."""
        return len(self.tasks)

    def get_loadavg(self, index: int) -> int:
        """Return the load of 1, 5 or 15 minutes, times 100; raises IndexError."""
        return self.loadavg[index]

    def get_task(self, index: int) -> records.TaskRecord:
        """Return a task by its place; raises IndexError."""
        return self.tasks[index]


class computer:
    """A slave: ``hwinfo`` is the computer itself, ``limits`` what it gives, ``status`` what it does.

    The request methods speak to the slave, not to the master, which tells of the change some seconds later.
    """

    def __init__(self) -> None:
        self.hwinfo = records.Hardware()
        self.limits = computer_limits()
        self.status = computer_status()

    @raising
    def update(self, who: int = CLIENT) -> int:
        """Ask the master for how the computer stands."""
        self._fill(master().computer(self.hwinfo.id))
        return 1

    @raising
    def request_enable(self, who: int = CLIENT) -> int:
        """Let the slave take work."""
        slave(self._host).set_enabled(True)
        return 1

    @raising
    def request_disable(self, who: int = CLIENT) -> int:
        """Let the slave take no more work."""
        slave(self._host).set_enabled(False)
        return 1

    @raising
    def add_pool(self, name: str, who: int = CLIENT) -> int:
        """Put the slave into a pool."""
        slave(self._host).add_pool(name)
        return 1

    @raising
    def remove_pool(self, name: str, who: int = CLIENT) -> int:
        """Take the slave out of a pool."""
        slave(self._host).remove_pool(name)
        return 1

    def list_pools(self) -> List[str]:
        """Return the names of its pools, as of the last update."""
        return self.limits.pool_list()

    def set_pools(self, names: Iterable[str]) -> int:
        """Put the slave into these pools, and out of all others that it was in at the last update."""
        wanted, present = list(names), self.list_pools()
        # First the new ones: a slave without any pool would take what is meant for all.
        for name in wanted:
            if name not in present:
                self.add_pool(name)
        for name in present:
            if name not in wanted:
                self.remove_pool(name)
        return 1

    @property
    def _host(self) -> str:
        # Only later masters tell an address; a name may not be known here.
        return self.hwinfo.address or self.hwinfo.name

    def _fill(self, found: records.Computer) -> None:
        self.hwinfo = found.hardware
        self.limits = records.new(computer_limits, found.limits)
        self.status = computer_status(found.load, found.nrunning, found.tasks)


@raising
def request_computer_list(who: int = CLIENT) -> List[computer]:
    """Return the computers that have a slave running; raises IOError."""
    return [_computer(each) for each in master().computers()]


def _computer(found: records.Computer) -> computer:
    made = computer()
    made._fill(found)
    return made
