"""The registry of stretches: importing this module makes every command and event known."""

from chalicelib.domain.complaint import (  # noqa: F401 -- importing a stretch registers what it declares
    clocks,
    completion,
    duplicates,
    handling,
    intake,
    outcome,
    publishing,
    referral,
    reminding,
    routing,
    rungs,
    steps,
    timers,
    verification,
)
