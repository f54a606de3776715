"""Where the folders of jobs are."""

from __future__ import annotations

import os
from pathlib import Path

from farmsubmit import files


def jobs_home(folder: str, variable: str, name: str) -> Path:
    """Return the folder that an URL names, else that of an environment variable, else ``name`` in this user's own."""
    folder = folder or os.environ.get(variable, "")
    path = Path(folder).expanduser() if folder else files.state_dir() / name
    return path.absolute()
