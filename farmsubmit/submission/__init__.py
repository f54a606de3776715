"""The one path to a farm.

    hook before build → scene copy → build → check → hook before send → translate → argument files → spool → keep

A request walks all of it; a job that is there already begins at the checks; what the author API spools is not checked.
Whatever becomes of it is in the history. A step is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from farmsubmit._lazy import names_from

if TYPE_CHECKING:
    from farmsubmit.submission.chain import submit_chain
    from farmsubmit.submission.sending import keep_copy, send, spool_info, write_argument_files
    from farmsubmit.submission.waiting import wait_until_over, wait_until_taken
    from farmsubmit.submission.way import Sent, Submission, refusal, refuse_errors, spool, submit, submit_request

__all__ = [
    "Sent",
    "Submission",
    "keep_copy",
    "refusal",
    "refuse_errors",
    "send",
    "spool",
    "spool_info",
    "submit",
    "submit_chain",
    "submit_request",
    "wait_until_over",
    "wait_until_taken",
    "write_argument_files",
]

__getattr__ = names_from(
    __name__,
    {
        "farmsubmit.submission.chain": "submit_chain",
        "farmsubmit.submission.sending": "keep_copy send spool_info write_argument_files",
        "farmsubmit.submission.waiting": "wait_until_over wait_until_taken",
        "farmsubmit.submission.way": "Sent Submission refusal refuse_errors spool submit submit_request",
    },
)
