# job, computer and frame_info are DrQueue's names
"""``import drqueue`` answered in pure Python: DrQueue's bindings by their names, without its C library.

The master is the one of ``DRQUEUE_MASTER``, a host or ``host:port``. Requests return 1, or 0 where they fail; lists,
and the methods of jobs and computers, raise IOError. ``who`` is taken and not looked at: all of this is a client.
Lists have any number of jobs and frames, computers are reached by their address, and nothing is asked that stalls a
master. Source: DrQueue's "Python bindings Howto", and the names of its module ``drqueue.base.libdrqueue``.
"""

from __future__ import annotations

from farmsubmit.compat.aliases import install_drqueue as install
from farmsubmit.compat.drqueue import constants, requests
from farmsubmit.compat.drqueue.computers import computer, request_computer_list
from farmsubmit.compat.drqueue.constants import *  # noqa: F403
from farmsubmit.compat.drqueue.errors import drerrno_str
from farmsubmit.compat.drqueue.jobs import frame_info, job, register_job, request_job_list
from farmsubmit.compat.drqueue.requests import *  # noqa: F403
from farmsubmit.compat.drqueue.tree import author_job

__all__ = [  # noqa: PLE0604
    "author_job",
    "computer",
    "drerrno_str",
    "frame_info",
    "install",
    "job",
    "register_job",
    "request_computer_list",
    "request_job_list",
    *constants.__all__,
    *requests.__all__,
]
