"""What holds for every test."""

import os

from hypothesis import settings

# No example is timed: the machine may be busy. A landing is judged by the same examples each time; a person's
# run looks for new ones.
settings.register_profile("person", deadline=None)
settings.register_profile("landing", deadline=None, derandomize=True)
settings.load_profile("landing" if os.environ.get("CI") else "person")
