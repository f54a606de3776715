"""The authoring API: build a job from elements, look at it, spool it.

``import farmsubmit.author as author`` stands where scripts wrote ``import tractor.api.author as author``.
"""

from __future__ import annotations

from farmsubmit.author.connection import closeEngineClient, setEngineClientParam
from farmsubmit.author.elements import Assign, Command, Element, Instance, Iterate, Job, Task
from farmsubmit.errors import AuthorError, RequiredValueError, SpoolError
from farmsubmit.lang.dirmap import DirMap

__all__ = [
    "Assign",
    "AuthorError",
    "Command",
    "DirMap",
    "Element",
    "Instance",
    "Iterate",
    "Job",
    "RequiredValueError",
    "SpoolError",
    "Task",
    "closeEngineClient",
    "setEngineClientParam",
]
