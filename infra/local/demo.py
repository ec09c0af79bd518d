"""The main job: a complaint travels its procedure from the first row to the last, the way people carry it.

`make run` starts the local cloud, loads the demo directory, and then acts as the people do: a citizen files
over the HTTP API with a photo and a place; officers read the mail that was really sent, open the link in it
and fill in the form behind it; at the end the citizen has the answer and says that it settles the matter.
"""

import argparse
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

from infra.deploy.build import ROOT, BuildError
from infra.deploy.stack import DeployError
from infra.local.browser import PersonStuck
from infra.local.cloud import DEFAULT_STATE, LocalCloud
from infra.local.demo_data import DIRECTORY, NoDemoRegion, find_admin, find_region, load_scenario
from infra.local.journey import Journey, Lost
from infra.local.ministack import LocalCloudError


def load_directory(cloud: LocalCloud) -> str:
    """Load the demo directory into the cloud; return the officers' password, one for each state folder."""
    file = cloud.state_dir / "officers-password"
    if not file.is_file():
        file.write_text(f"Aa1-{secrets.token_urlsafe(9)}")
    password = file.read_text()
    subprocess.run(
        [sys.executable, "-m", "infra.directory", str(DIRECTORY)],
        env=cloud.read_environment() | {"FIRST_PASSWORD": password},
        cwd=ROOT,
        check=True,
    )
    return password


def main() -> int:
    """Run the demo from the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra demo", description=__doc__.splitlines()[0])
    parser.add_argument("--sop", default="", help="the procedure (default: the first region's)")
    parser.add_argument("--speed", type=float, default=20, help="seconds a working day lasts")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--cloud-port", type=int, default=4566)
    parser.add_argument("--state", type=Path, default=DEFAULT_STATE)
    parser.add_argument("--once", action="store_true", help="exit when the journey is over")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _run(options)
    except KeyboardInterrupt:
        say("stopped")
        return 0
    except (LocalCloudError, BuildError, DeployError, Lost, NoDemoRegion) as error:
        say(f"FAILED {error}")
    except (PersonStuck, requests.RequestException, subprocess.CalledProcessError) as error:
        say(f"FAILED {error}; look in {options.state / 'cloud.log'}")
    return 1


def _run(options: argparse.Namespace) -> int:
    region = find_region(options.sop)
    cloud = LocalCloud(
        options.state,
        port=options.port,
        cloud_port=options.cloud_port,
        seconds_per_working_day=options.speed,
        say=say,
    )
    with cloud:
        password = load_directory(cloud)
        result = Journey(cloud, region, say, load_scenario(region["procedure"])).run()
        if not options.once:
            _print_addresses(cloud, region, password)
        say(result.format_line())
        if not options.once:
            say("up until Ctrl-C")
            signal.pause()
    return 0


def _print_addresses(cloud: LocalCloud, region: dict[str, Any], password: str) -> None:
    admin = find_admin(region)
    say(f"site {cloud.public_url}/")
    say(f"staff {cloud.public_url}/petugas")
    say(f"mailbox {cloud.public_url}/_mailbox")
    say(f"officers sign in with their e-mail, e.g. {admin['email']}, and the password {password}")


def say(line: str) -> None:
    """Print at once, also into a pipe."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
