"""Where a running command runs. Source: jobtronaut's ``query.command``."""

from __future__ import annotations

from farmsubmit.compat.jobtronaut.query import engine


def get_local_state(job_id: str, command_id: str) -> bool:
    """Tell whether a command runs on the host that spooled it because its job says so.

    False where all commands run on this machine anyway. Raises EngineError where the engine cannot tell.
    """
    asked = engine()
    if asked.capabilities.here:
        return False
    raise asked.cannot(f"tell whether command {command_id} of job {job_id} is a local one")
