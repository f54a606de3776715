"""What runs commands and what makes them, under the names of ``puliclient.jobs``."""

from __future__ import annotations

from typing import Any

from farmsubmit.compat.puliclient._decomposing import DefaultTaskDecomposer, TaskDecomposer, TaskExpander
from farmsubmit.compat.puliclient._loading import JobTypeImportError, load
from farmsubmit.compat.puliclient._parameters import (
    BooleanParameter,
    CommandError,
    CommandRunnerParameter,
    FloatParameter,
    IntegerParameter,
    RangeError,
    StringListParameter,
    StringParameter,
    ValidationError,
)
from farmsubmit.compat.puliclient._runners import CommandDone, CommandRunner, DefaultCommandRunner, TimeoutError

__all__ = [
    "BooleanParameter",
    "CommandDone",
    "CommandError",
    "CommandRunner",
    "CommandRunnerParameter",
    "DefaultCommandRunner",
    "DefaultTaskDecomposer",
    "FloatParameter",
    "IntegerParameter",
    "JobTypeImportError",
    "RangeError",
    "StringListParameter",
    "StringParameter",
    "TaskDecomposer",
    "TaskExpander",
    "TimeoutError",
    "ValidationError",
    "loadCommandRunner",
    "loadTaskDecomposer",
    "loadTaskExpander",
]


def loadTaskExpander(name: str) -> Any:
    """Return the expander of this name; raises JobTypeImportError."""
    return load(name, TaskExpander)


def loadTaskDecomposer(name: str) -> Any:
    """Return the decomposer of this name; raises JobTypeImportError."""
    return load(name, TaskDecomposer)


def loadCommandRunner(name: str) -> Any:
    """Return the runner of this name; raises JobTypeImportError."""
    return load(name, CommandRunner)
