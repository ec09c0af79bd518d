"""Re-sends the effects of open complaints that have no mark.

`python -m infra replay [REGION …]` works on the cloud that the environment names; without a region, on all
regions. Running it twice does no harm.
"""

import sys

from chalicelib.services.complaints.recovery import Recovery
from infra.operations.recovery import run_repair


def main() -> int:
    return run_repair("replay", __doc__, Recovery.replay, "effects sent again")


if __name__ == "__main__":
    sys.exit(main())
