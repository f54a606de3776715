"""Job scripts ("alf"): a job as Tractor's script language, and back.

The writer prints the documented layout; the reader takes anything that the documented language allows: both title
forms, options in any order, bare words, comments, continued lines, the old header line.
"""

from __future__ import annotations

from farmsubmit.author.elements import Job
from farmsubmit.formats._alf_reader import read_job
from farmsubmit.formats._alf_writer import write_job


def to_tcl(job: Job) -> str:
    """Return the job script of a job, without a newline at the end, as the documented asTcl() prints it.

    Raises RequiredValueError for what is missing, AuthorError for a live list that holds a wrong item, and
    JobTreeError for tasks that wait for each other.
    """
    return write_job(job)


def from_tcl(text: str, source: str = "") -> Job:
    """Return the job of a job script; ``source`` names the file in errors.

    Raises TclError with line and column.
    """
    return read_job(text, source)
