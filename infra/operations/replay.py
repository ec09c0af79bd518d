"""Re-sends the effects of open complaints that have no mark.

`python -m infra.replay [REGION …]` works on whatever the environment names; without a region, on all.
Running it twice does no harm.
"""

import sys

from chalicelib.bootstrap import application
from infra.operations.regions import repair

if __name__ == "__main__":
    sys.exit(repair(sys.argv[1:], application().recovery.replay, "effects sent again"))
