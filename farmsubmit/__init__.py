"""farmsubmit: scenes into render-farm jobs.

    import farmsubmit as fs

    facts = fs.read_scene("shot.blend")
    job = fs.build(facts, chunk=5, priority=100)
    print(fs.preview(job))
    ticket = fs.submit(job, engine="local:", facts=facts)

Every public name is imported when it is first used, so that ``import farmsubmit`` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List

from farmsubmit._lazy import names_from
from farmsubmit._version import __version__

if TYPE_CHECKING:
    from farmsubmit.author import Assign, Command, Element, Instance, Iterate, Job, Task
    from farmsubmit.checks import Problem, Severity, check
    from farmsubmit.engines.base import Engine, JobStatus, TaskStatus, Ticket
    from farmsubmit.engines.registry import engine_for
    from farmsubmit.errors import (
        AnswerLost,
        ArgumentError,
        AuthorError,
        ChecksFailed,
        DirMapError,
        EngineError,
        EngineUnreachable,
        ExpressionError,
        FarmsubmitError,
        FrameError,
        HookError,
        HookRefused,
        JobFailed,
        JobFileError,
        JobTreeError,
        MissingLibraryError,
        NoSuchJob,
        ParseError,
        PluginError,
        RequestError,
        RequiredValueError,
        SceneError,
        ServiceKeyError,
        SettingsError,
        SpoolError,
        SubstitutionError,
        TclError,
        TemplateError,
    )
    from farmsubmit.formats.alf import from_tcl, to_tcl
    from farmsubmit.formats.jobjson import from_json, to_json
    from farmsubmit.formats.preview import preview
    from farmsubmit.lang.dirmap import DirMap, map_path, parse_dirmap
    from farmsubmit.lang.frames import FrameSet
    from farmsubmit.lang.servicekey import Blade, ServiceKey
    from farmsubmit.lang.substitution import literal, mapped
    from farmsubmit.plugins import load_catalogue
    from farmsubmit.request import Row, SubmitRequest, request_for, split_for_approval
    from farmsubmit.scenes import SceneFacts, read_scene
    from farmsubmit.settings import load_settings
    from farmsubmit.submission import Sent, spool, submit, submit_chain, submit_request
    from farmsubmit.tasks.arguments import Arguments, ArgumentValue
    from farmsubmit.tasks.build import Built, build, build_task
    from farmsubmit.tasks.edit import fold, modify_commands, modify_tasks
    from farmsubmit.tasks.overrides import ArgumentProcessorOverrides, TaskWithOverrides
    from farmsubmit.tasks.plugin import Flags, TaskPlugin
    from farmsubmit.tasks.processor import Given, Parameter, Processor, processor

_NAMES: Dict[str, str] = {
    "farmsubmit.author": "Assign Command Element Instance Iterate Job Task",
    "farmsubmit.checks": "Problem Severity check",
    "farmsubmit.engines.base": "Engine JobStatus TaskStatus Ticket",
    "farmsubmit.engines.registry": "engine_for",
    "farmsubmit.errors": "AnswerLost ArgumentError AuthorError ChecksFailed DirMapError EngineError EngineUnreachable"
    " RequestError ExpressionError FarmsubmitError FrameError HookError HookRefused JobFailed JobFileError JobTreeError"
    " MissingLibraryError NoSuchJob ParseError TemplateError"
    " PluginError RequiredValueError SceneError ServiceKeyError SettingsError SpoolError SubstitutionError TclError",
    "farmsubmit.formats.alf": "from_tcl to_tcl",
    "farmsubmit.formats.jobjson": "from_json to_json",
    "farmsubmit.formats.preview": "preview",
    "farmsubmit.lang.dirmap": "DirMap map_path parse_dirmap",
    "farmsubmit.lang.frames": "FrameSet",
    "farmsubmit.lang.servicekey": "Blade ServiceKey",
    "farmsubmit.lang.substitution": "literal mapped",
    "farmsubmit.plugins": "load_catalogue",
    "farmsubmit.request": "Row SubmitRequest request_for split_for_approval",
    "farmsubmit.scenes": "SceneFacts read_scene",
    "farmsubmit.settings": "load_settings",
    "farmsubmit.submission": "Sent spool submit submit_chain submit_request",
    "farmsubmit.tasks.arguments": "ArgumentValue Arguments",
    "farmsubmit.tasks.build": "Built build build_task",
    "farmsubmit.tasks.edit": "fold modify_commands modify_tasks",
    "farmsubmit.tasks.overrides": "ArgumentProcessorOverrides TaskWithOverrides",
    "farmsubmit.tasks.plugin": "Flags TaskPlugin",
    "farmsubmit.tasks.processor": "Given Parameter Processor processor",
}
__all__ = [
    "AnswerLost",
    "ArgumentError",
    "ArgumentProcessorOverrides",
    "ArgumentValue",
    "Arguments",
    "Assign",
    "AuthorError",
    "Blade",
    "Built",
    "ChecksFailed",
    "Command",
    "DirMap",
    "DirMapError",
    "Element",
    "Engine",
    "EngineError",
    "EngineUnreachable",
    "ExpressionError",
    "FarmsubmitError",
    "Flags",
    "FrameError",
    "FrameSet",
    "Given",
    "HookError",
    "HookRefused",
    "Instance",
    "Iterate",
    "Job",
    "JobFailed",
    "JobFileError",
    "JobStatus",
    "JobTreeError",
    "MissingLibraryError",
    "NoSuchJob",
    "Parameter",
    "ParseError",
    "PluginError",
    "Problem",
    "Processor",
    "RequestError",
    "RequiredValueError",
    "Row",
    "SceneError",
    "SceneFacts",
    "Sent",
    "ServiceKey",
    "ServiceKeyError",
    "SettingsError",
    "Severity",
    "SpoolError",
    "SubmitRequest",
    "SubstitutionError",
    "Task",
    "TaskPlugin",
    "TaskStatus",
    "TaskWithOverrides",
    "TclError",
    "TemplateError",
    "Ticket",
    "__version__",
    "build",
    "build_task",
    "check",
    "engine_for",
    "fold",
    "from_json",
    "from_tcl",
    "literal",
    "load_catalogue",
    "load_settings",
    "map_path",
    "mapped",
    "modify_commands",
    "modify_tasks",
    "parse_dirmap",
    "preview",
    "processor",
    "read_scene",
    "request_for",
    "split_for_approval",
    "spool",
    "submit",
    "submit_chain",
    "submit_request",
    "to_json",
    "to_tcl",
]

__getattr__ = names_from(__name__, _NAMES)


def __dir__() -> List[str]:
    return sorted({*globals(), *__all__})
