"""``python -m spasmkg``."""

import sys

from spasmkg.cli.main import main

sys.exit(main())
