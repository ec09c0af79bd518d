"""Starts a ladder for every open clock that has none.

`python -m infra rearm [REGION …]` works on the cloud that the environment names; without a region, on all
regions. Running it twice does no harm.
"""

import sys

from chalicelib.services.complaints.recovery import Recovery
from infra.operations.recovery import run_repair


def main() -> int:
    return run_repair("rearm", __doc__, Recovery.restart_ladders, "clocks armed again")


if __name__ == "__main__":
    sys.exit(main())
