"""The command `python -m infra local`: only the local cloud, with the application on it."""

import argparse
import signal
import sys
from pathlib import Path

from infra.deploy.build import BuildError
from infra.deploy.stack import DeployError
from infra.local.cloud import DEFAULT_STATE, LocalCloud
from infra.local.ministack import LocalCloudError


def main() -> int:
    """Keep a local cloud up until Ctrl-C; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m infra local", description="Keep the local cloud up until Ctrl-C."
    )
    parser.add_argument("--state", type=Path, default=DEFAULT_STATE, help="folder that keeps its state")
    parser.add_argument("--port", type=int, default=8000, help="port of the site (default: %(default)s)")
    parser.add_argument(
        "--cloud-port", type=int, default=4566, help="port of the cloud (default: %(default)s)"
    )
    parser.add_argument(
        "--speed", type=float, default=20, help="seconds a working day lasts (default: %(default)s)"
    )
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with LocalCloud(
            options.state,
            port=options.port,
            cloud_port=options.cloud_port,
            seconds_per_working_day=options.speed,
        ) as cloud:
            print(
                f"site {cloud.public_url}/\nmailbox {cloud.public_url}/_mailbox\nCtrl-C stops everything.",
                flush=True,
            )
            signal.pause()
    except KeyboardInterrupt:
        print("stopped")
    except (LocalCloudError, BuildError, DeployError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
