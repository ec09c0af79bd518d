"""Everything around the application: deploying it, running it locally, operating and simulating it."""

from pathlib import Path

# Crontabs and runbooks say `python -m infra.calendar`: such commands are found without their folder's name.
__path__ += [str(Path(__file__).parent / folder) for folder in ("operations", "deploy", "simulation")]
