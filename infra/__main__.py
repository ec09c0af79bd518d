"""The one command line of operations: `python -m infra COMMAND …`; without a command it lists them."""

import importlib
import sys

COMMANDS = {
    "build": "infra.deploy.build",
    "calendar": "infra.operations.calendar",
    "deploy": "infra.deploy.__main__",
    "directory": "infra.operations.directory",
    "export": "infra.operations.export",
    "local": "infra.local.__main__",
    "demo": "infra.local.demo",
    "officers": "infra.operations.officers",
    "pictures": "infra.operations.pictures",
    "policies": "infra.deploy.policies",
    "rearm": "infra.operations.rearm",
    "replay": "infra.operations.replay",
    "restore": "infra.operations.restore",
    "simulate": "infra.simulation.simulate",
}
"""Each command and its module; `-h` after a command explains it."""


def main() -> int:
    """Run the command named first, with the arguments after it; return the exit status."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in COMMANDS:
        print(f"usage: python -m infra COMMAND …, where COMMAND is one of: {', '.join(sorted(COMMANDS))}")
        return 0 if name in ("", "-h", "--help") else 2
    del sys.argv[1]
    return int(importlib.import_module(COMMANDS[name]).main())


if __name__ == "__main__":
    sys.exit(main())
