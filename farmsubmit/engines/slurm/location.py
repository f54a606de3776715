"""What stands behind ``slurm:`` in the engine's URL, and where its jobs are kept."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from farmsubmit.engines.batch.location import jobs_home
from farmsubmit.engines.urloptions import read_options
from farmsubmit.errors import EngineError

FOLDER = "FARMSUBMIT_SLURM_FOLDER"
_OPTIONS = ("folder", "account", "qos", "python", "zone", "nice")
_FORM = "write slurm:PARTITION?folder=/shared/jobs"


class Location(NamedTuple):
    """A partition (empty for Slurm's default), the folder of jobs, and what is given to each job.

    ``python`` runs the wrapper on the nodes and ``zone`` is theirs; empty means the settings of those names. ``nice``
    is how far a job of priority 0 steps back; one of priority 100 does not.
    """

    partition: str
    folder: Path
    account: str = ""
    qos: str = ""
    python: str = ""
    zone: str = ""
    nice: int = 1000

    def nice_of(self, priority: float) -> int:
        """Return how far a job of this priority steps back behind others: Slurm's users may only lower a job."""
        return max(0, round(self.nice * (1 - priority / 100)))


def read_location(text: str) -> Location:
    """Return what an engine's URL says behind ``slurm:``; raises EngineError for an option that there is not."""
    partition, _, query = text.lstrip("/").partition("?")
    options = read_options("slurm", query, _OPTIONS, _FORM)
    home = jobs_home(options.pop("folder", ""), FOLDER, "slurm")
    nice = _nice(options.pop("nice", "1000"))
    return Location(partition, home, nice=nice, **options)


def _nice(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise EngineError(f"slurm: nice={text} is no number of 0 or more", "such as nice=1000")
    return int(text)
