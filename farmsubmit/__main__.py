"""``python -m farmsubmit`` is the command line."""

import sys

from farmsubmit.cli.main import main

sys.exit(main())
