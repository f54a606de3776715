"""What old plug-ins and scripts import. Source: jobtronaut's ``author``."""

from __future__ import annotations

from farmsubmit.compat.jobtronaut.author.argument import Arguments, ArgumentValue
from farmsubmit.compat.jobtronaut.author.job import Job, jobs_to_task, submit, submit_as_tasks
from farmsubmit.compat.jobtronaut.author.plugins import Plugins
from farmsubmit.compat.jobtronaut.author.processor import (
    BaseProcessor,
    ProcessorDefinition,
    ProcessorSchemas,
    supported_schemas,
)
from farmsubmit.compat.jobtronaut.author.statusfilter import TrStatusFilter
from farmsubmit.compat.jobtronaut.author.task import ArgumentProcessorOverrides, Task, TaskWithOverrides

__all__ = [
    "ArgumentProcessorOverrides",
    "ArgumentValue",
    "Arguments",
    "BaseProcessor",
    "Job",
    "Plugins",
    "ProcessorDefinition",
    "ProcessorSchemas",
    "Task",
    "TaskWithOverrides",
    "TrStatusFilter",
    "jobs_to_task",
    "submit",
    "submit_as_tasks",
    "supported_schemas",
]
