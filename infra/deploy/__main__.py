"""The command `python -m infra deploy --stage NAME --mail-from ADDRESS …`: package and deploy.

Another endpoint than AWS is an ordinary AWS setting, `AWS_ENDPOINT_URL`.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.build import BuildError, build
from infra.deploy.stack import REGION, DeployError, Target, deploy


def _parse_target(arguments: list[str] | None) -> Target:
    parser = argparse.ArgumentParser(prog="python -m infra deploy", description="Deploy Tuntas to AWS.")
    parser.add_argument("--stage", required=True, help="name of the installation, e.g. production")
    parser.add_argument("--mail-from", required=True, help="sender address of all e-mail")
    parser.add_argument("--public-url", help="address people use (default: API Gateway's own)")
    parser.add_argument("--region", default=REGION, help="default: %(default)s (Jakarta)")
    parser.add_argument(
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="any other parameter of the template",
    )
    options = parser.parse_args(arguments)
    parameters: dict[str, Any] = {"MailFrom": options.mail_from}
    if options.public_url:
        parameters["PublicUrl"] = options.public_url.rstrip("/")
    for pair in options.parameter:
        name, separator, value = pair.partition("=")
        if not separator:
            parser.error(f"--parameter takes NAME=VALUE, not {pair}")
        parameters[name] = value
    session = boto3.Session(region_name=options.region)
    return Target(options.stage, parameters, session, os.environ.get("AWS_ENDPOINT_URL"))


def main(arguments: list[str] | None = None) -> int:
    """Deploy from the command line; return the exit status."""
    target = _parse_target(arguments)
    try:
        outputs = deploy(target, build())
    except (BuildError, DeployError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    for name, value in sorted(outputs.items()):
        print(f"{name} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
