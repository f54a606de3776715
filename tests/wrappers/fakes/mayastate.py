"""What the fake modules of Maya and its fake hosts know together."""

from __future__ import annotations

from typing import Dict

#: Whether Maya is up, in what environment mayapy started it, and which file each MEL procedure is in.
up = False
environment: Dict[str, str] = {}
procedures: Dict[str, str] = {}
