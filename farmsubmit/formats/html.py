"""A job as one HTML page that needs no network: settings, tree with search, commands, directory maps, job script.

The page may be mailed or kept beside the job. Its policy (CSP) lets nothing run or load but its own style and script,
and all texts of the job reach it escaped, or as JSON that its script puts into text nodes.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any, Dict, List, NamedTuple, Tuple

from farmsubmit._version import __version__
from farmsubmit.author.elements import Job
from farmsubmit.errors import MissingLibraryError
from farmsubmit.files import shipped
from farmsubmit.formats._page_data import page_json, service_marks
from farmsubmit.formats._plain import job_commands, job_settings, plain, show_argv
from farmsubmit.formats.alf import to_tcl
from farmsubmit.formats.outline import Outline, outline

_FOLDER = ("resources", "templates")
_SCRIPTS = ("paths.js", "tree.js", "page.js")
_WITHOUT_SCRIPT = ".needs-script { display: none !important } .script-text { display: block }"
_CODE = ("service", "after", "afterjids", "envkey", "spoolcwd", "metadata", "whendone", "whenerror", "whenalways")

#: Parts of a text, each with its class in the style sheet ("" is none).
Spans = List[Tuple[str, str]]


class _Fact(NamedTuple):
    """A line of the settings: its label, its value in parts, and whether a machine reads it."""

    label: str
    spans: Spans
    is_code: bool


def to_html(job: Job) -> str:
    """Return one self-contained HTML page about a job.

    Raises MissingLibraryError without jinja2, and what ``to_tcl`` raises, for the page holds the job script.
    """
    try:
        import jinja2
        import markupsafe
    except ImportError:
        raise MissingLibraryError("jinja2", "the HTML preview") from None
    view = outline(job)
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    template = environment.from_string(_resource("job.html.j2"))
    # Marked as safe: what ships with farmsubmit, and the JSON, which page_json made safe for its place.
    trusted = {name: markupsafe.Markup(text) for name, text in _trusted(job, view).items()}  # noqa: S704
    # A browser reads a bare carriage return as a line feed; the copy must be the exact script.
    script = markupsafe.escape(to_tcl(job)).replace("\r", markupsafe.Markup("&#13;"))
    return template.render(**trusted, **_facts(job, view), script=script)


def _trusted(job: Job, view: Outline) -> Dict[str, str]:
    style = _resource("job", "style.css")
    program = '"use strict";\n' + "\n".join(_resource("job", name) for name in _SCRIPTS)
    return {
        "style": style,
        "style_without_script": _WITHOUT_SCRIPT,
        "program": program,
        "policy": _policy(style, program),
        "data": page_json(job, view),
    }


def _policy(style: str, program: str) -> str:
    """Return the content security policy: by their hashes, only these two styles and this script."""
    return (
        f"default-src 'none'; style-src {_hashed(style)} {_hashed(_WITHOUT_SCRIPT)}; script-src {_hashed(program)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _resource(*parts: str) -> str:
    return shipped(*_FOLDER, *parts).read_text("utf-8")


def _facts(job: Job, view: Outline) -> Dict[str, Any]:
    return {
        "title": plain(job.title or "(no title)"),
        "version": __version__,
        "summary": view.summary,
        "settings": _settings(job),
        "totals": _totals(view),
        "dirmaps": job.dirmaps,
        "job_commands": [(when, plain(show_argv(command.argv))) for when, command in job_commands(job)],
    }


def _settings(job: Job) -> List[_Fact]:
    found = []
    for setting in job_settings(job):
        text = plain(setting.text)
        spans = _service_spans(text) if setting.attr == "service" else [("", text)]
        found.append(_Fact(setting.label, spans, setting.attr in _CODE))
    return found


def _service_spans(text: str) -> Spans:
    spans: Spans = []
    place = 0
    for start, end, kind in service_marks(text):
        spans += [("", text[place:start]), (f"key-{kind}", text[start:end])]
        place = end
    return [*spans, ("", text[place:])]


def _totals(view: Outline) -> List[Tuple[str, str]]:
    totals = [("Tasks", view.tasks), ("Instances", view.instances), ("Commands", view.commands)]
    totals += [("Levels", view.depth), ("Widest level", view.width), ("Longest chain", view.critical_path)]
    return [(label, f"{number:,}") for label, number in totals if number]
