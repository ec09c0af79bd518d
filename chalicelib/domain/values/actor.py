"""Actors: people and the system, which change complaints."""

from chalicelib.domain.values.value import Value


class Actor(Value):
    """A person or the system, as the author of a change: a role, an id from the directory, and its limits.

    ``region`` limits regional roles and officers, ``agency`` and ``unit`` limit an agency's officers. There
    is no name in it. ``acting_for`` is the officer they act for (Plt./Plh.): the record shows both.
    """

    role: str
    id: str
    region: str | None = None
    agency: str | None = None
    unit: str | None = None
    acting_for: str | None = None


SYSTEM = Actor(role="system", id="system")
