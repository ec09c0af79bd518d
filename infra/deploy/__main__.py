"""`python -m infra.deploy`: put the application on AWS."""

import sys

from infra.deploy.stack import main

sys.exit(main())
