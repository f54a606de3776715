"""Which variables of the environment go with a job: those that are allowed, and no secrets.

The whole environment of a person is far too much to send: it holds passwords, and what belongs to their own session.
Source: jobtronaut's INHERIT_ENVIRONMENT, which sends all of it; the lists and what they keep back are ours.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple

from farmsubmit.errors import FarmsubmitError, SettingsError
from farmsubmit.lang.envkey import setenv_items, unsayable
from farmsubmit.settings import Settings
from farmsubmit.settings.kinds import PIPELINE

#: What ``@pipeline`` stands for in the setting environment_allow.
PIPELINE_NAMES = (
    *("ARNOLD_*", "BLENDER_*", "HOUDINI_*", "KATANA_*", "MAYA_*", "MTOA_*", "NUKE_*", "PXR_*", "REDSHIFT_*", "VRAY_*"),
    *("DEFAULT_RENDERER", "OCIO", "OCIO_*", "RMANTREE", "RFMTREE", "RFKTREE", "RMAN_*", "XBMLANGPATH"),
    *("ADSKFLEX_LICENSE_FILE", "FOUNDRY_LICENSE", "FOUNDRY_LICENSE_FILE", "PIXAR_LICENSE_FILE"),
    *("PYTHONPATH", "REZ_*"),
    *("JOB", "PROJECT", "SEQ", "SEQUENCE", "SHOT", "SHOW", "JOB_*", "PROJECT_*", "SEQ_*", "SEQUENCE_*", "SHOT_*"),
    "SHOW_*",
)

#: Variables that mean something to this session only.
SESSION_NAMES = (
    *("DBUS_*", "DESKTOP_*", "DISPLAY", "SESSION_*", "SESSIONNAME", "WAYLAND_*", "WINDOWID", "XAUTHORITY", "XDG_*"),
    *("TEMP", "TEMPDIR", "TMP", "TMPDIR", "*_TEMP_DIR", "*_TEMPDIR", "*_TMP", "*_TMP_DIR", "*_TMPDIR"),
    *("FARMSUBMIT_EXPANSIONS", "_", "OLDPWD", "PS1", "PWD", "SHLVL", "TERM", "TERM_*", "TTY", "TR_ENV_*"),
)

#: Names that secrets have.
SECRET_NAMES = (
    *("*PASSWORD*", "*PASSWD*", "*PASSPHRASE*", "*_PASS", "*_PWD", "*SECRET*", "*TOKEN*", "*CREDENTIAL*", "*COOKIE*"),
    *("*API_KEY*", "*APIKEY*", "*PRIVATE_KEY*", "*ACCESS_KEY*", "*_KEY", "AUTH", "AUTH_*", "*_AUTH", "*_AUTH_*"),
    *("*OAUTH*", "*JWT*", "SSH_*", "AWS_*", "GPG_*"),
)

_SECRET_VALUES = {
    "a URL with a password": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]+-----"),
    "a token": re.compile(
        r"\beyJ[\w-]{8,}\.[\w-]{8,}\.|\bgh[a-z]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{15,}"
        r"|\bxox[a-z]-[\w-]{10,}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    ),
}


# Nobody needs to be told of what is left out for one of these.
_SESSION, _DENIED = "it belongs to this session", "environment_deny names it"
_SECRET, _NOT_ALLOWED = "its name is that of a secret", "environment_allow does not name it"
_PLAIN_REASONS = (_SESSION, _DENIED, _SECRET, _NOT_ALLOWED)


class Captured(NamedTuple):
    """The variables to send, why each of the others is left out, and the length of it all in an envkey."""

    values: Dict[str, str]
    left_out: Dict[str, str]
    size: int

    @property
    def items(self) -> List[str]:
        """The envkey that sets the variables."""
        return setenv_items(self.values)

    @property
    def notes(self) -> List[str]:
        """What a person should know: which variables go along, and which of those that are allowed cannot."""
        kept = [f"{name} ({why})" for name, why in self.left_out.items() if why not in _PLAIN_REASONS]
        gone = f"it takes {', '.join(self.values)} of your environment along ({self.size} characters)"
        left = f"it leaves {', '.join(kept)} of your environment behind"
        return [*([gone] if self.values else []), *([left] if kept else [])]


def captured(settings: Settings) -> Captured:
    """Return which of the variables that ``environment_resolver`` gives go with a job.

    Where ``inherit_environment`` is false it is not asked, and nothing goes. Raises SettingsError where it fails, or
    gives anything but text by name.
    """
    if not settings["inherit_environment"]:
        return Captured({}, {}, 0)
    rules = _Rules(settings["environment_allow"], settings["environment_deny"])
    values: Dict[str, str] = {}
    left_out: Dict[str, str] = {}
    for name, value in _resolved(settings).items():
        reason = rules.against(name, value)
        if reason:
            left_out[name] = reason
        else:
            values[name] = value
    return Captured(values, left_out, sum(map(len, setenv_items(values))))


class _Rules:
    """The lists of the settings; a name without a ``*`` or ``?`` is exact, and case does not matter."""

    def __init__(self, allow: Iterable[str], deny: Iterable[str]) -> None:
        named = [name for item in allow for name in (PIPELINE_NAMES if item == PIPELINE else (item,))]
        self._allow = [name.upper() for name in named]
        self._deny = [name.upper() for name in deny]
        self._exact = {name.upper() for name in allow if not set("*?") & set(name)}

    def against(self, name: str, value: str) -> str:
        """Return why a variable is left out, or nothing."""
        upper = name.upper()
        if _matches(upper, SESSION_NAMES):
            return _SESSION
        if _matches(upper, self._deny):
            return _DENIED
        if upper in self._exact:
            return unsayable(name, value)
        if _matches(upper, SECRET_NAMES):
            return _SECRET
        if not _matches(upper, self._allow):
            return _NOT_ALLOWED
        return _secret(value) or unsayable(name, value)


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _secret(value: str) -> str:
    return next((f"its value holds {what}" for what, found in _SECRET_VALUES.items() if found.search(value)), "")


def _resolved(settings: Settings) -> Mapping[str, str]:
    try:
        given: Any = settings["environment_resolver"]()
    except FarmsubmitError:
        raise
    except Exception as error:
        raise SettingsError(f"environment_resolver failed: {type(error).__name__}: {error}") from error
    if not isinstance(given, Mapping):
        raise SettingsError(f"environment_resolver gave {type(given).__name__}", "it must give text by name")
    for name, value in given.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise SettingsError(f"environment_resolver gave {type(value).__name__} for {name!r}", "it must give text")
    return given
