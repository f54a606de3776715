"""``python -m farmsubmit_ui`` opens the submitter."""

from __future__ import annotations

import sys

from farmsubmit_ui.app import main

if __name__ == "__main__":
    sys.exit(main())
