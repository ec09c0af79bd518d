"""Actors: people and the system, as the ones who change a complaint."""

from chalicelib.domain.values.value import Value


class Actor(Value):
    """The one who changes a complaint: a role, an id from the directory, and what limits the role.

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
