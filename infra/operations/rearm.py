"""Starts a ladder for every open clock that has none.

`python -m infra.rearm [REGION …]` works on whatever the environment names; without a region, on all.
Running it twice does no harm.
"""

import sys

from chalicelib.bootstrap import application
from infra.operations.regions import repair

if __name__ == "__main__":
    sys.exit(repair(sys.argv[1:], application().recovery.restart_ladders, "clocks armed anew"))
