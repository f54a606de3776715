"""The request: what a person asked for, before any job is built from it.

The dialog, the command line, a DCC and a script make the same request from the same scene, and the same request gives
the same job, byte for byte. Whoever wants to know what will be sent reads the request; as JSON it is a file that can
be kept, changed and sent again. Nothing here knows of tasks or engines.
"""

from __future__ import annotations

from farmsubmit.lang.frames import ORDERS
from farmsubmit.request.approval import running_rows, split_for_approval
from farmsubmit.request.make import Asked, overlaid, request_for
from farmsubmit.request.model import EnvironmentRules, Row, SubmitRequest, scene_stem
from farmsubmit.request.naming import explain_setting, job_title, template_values
from farmsubmit.request.options import OPTIONS
from farmsubmit.request.rows import Choice, rows_of

__all__ = [
    "OPTIONS",
    "ORDERS",
    "Asked",
    "Choice",
    "EnvironmentRules",
    "Row",
    "SubmitRequest",
    "explain_setting",
    "job_title",
    "overlaid",
    "request_for",
    "rows_of",
    "running_rows",
    "scene_stem",
    "split_for_approval",
    "template_values",
]
