"""What a show makes of the rules: how bad each is, and which it does not want to hear, with the reason."""

from __future__ import annotations

from typing import Any, Collection, Dict, Iterator, Mapping, NamedTuple, Optional

from farmsubmit.checks.context import Context
from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.errors import did_you_mean

_SEVERITY, _SUPPRESS = "check_severity", "check_suppress"
_OFF = "off"
#: What a severity may be set to, in a file or on a command line.
LEVELS = (*(severity.value for severity in Severity), _OFF)


class Show(NamedTuple):
    """The words of a show on its rules, each by the name of a rule: a level of LEVELS, and a reason not to hear it."""

    levels: Mapping[str, str]
    reasons: Mapping[str, str]

    def is_off(self, name: str) -> bool:
        """Tell whether a rule is switched off."""
        return self.levels.get(name) == _OFF

    def severity(self, name: str) -> Optional[Severity]:
        """Return the severity that all problems of a rule get here, or None where the rule's own counts."""
        level = self.levels.get(name)
        return Severity(level) if level in LEVELS and level != _OFF else None

    def is_suppressed(self, name: str) -> bool:
        """Tell whether the problems of a rule are left out; without a reason they are not."""
        return bool(self.reasons.get(name, "").strip())

    def problems(self, names: Collection[str]) -> Iterator[Problem]:
        """Yield what is wrong with these words themselves; ``names`` are the rules that there are."""
        for setting, words in ((_SEVERITY, self.levels), (_SUPPRESS, self.reasons)):
            for name in words:
                if name not in names:
                    yield _problem(setting, f"there is no rule {name!r}", did_you_mean(name, names))
        for name, level in self.levels.items():
            if level not in LEVELS:
                yield _problem(_SEVERITY, f"{name} = {level!r} is no severity", f"one of {', '.join(LEVELS)}")
        for name in self.reasons:
            if not self.is_suppressed(name):
                yield _problem(_SUPPRESS, f"{name} has no reason, so it is not suppressed", "write why as its value")


def show_of(context: Context, levels: Mapping[str, str] = {}) -> Show:
    """Return what the settings say of the rules; ``levels`` go over those of the settings."""
    return Show({**_table(context, _SEVERITY), **levels}, _table(context, _SUPPRESS))


def suppression_metadata(settings: Any) -> str:
    """Return which rules are suppressed and why, as JSON for the job's metadata; empty where none is.

    Shape: ``{"farmsubmit_suppressed": {"missing-files": "textures are baked on the farm"}}``, in the order of names.
    """
    show = show_of(Context(settings=settings))
    reasons = {name: show.reasons[name].strip() for name in sorted(show.reasons) if show.is_suppressed(name)}
    if not reasons:
        return ""
    import json

    return json.dumps({"farmsubmit_suppressed": reasons}, ensure_ascii=False)


def _table(context: Context, name: str) -> Dict[str, str]:
    found = context.setting(name) or {}
    return {str(rule): str(word) for rule, word in found.items()}


def _problem(setting: str, text: str, fix: str) -> Problem:
    return Problem(Severity.WARNING, f"setting {setting}", text, fix, rule="check-settings", field=setting)
