"""`python -m infra.local`: only the local cloud, with the application on it."""

import sys

from infra.local.cloud import main

sys.exit(main())
