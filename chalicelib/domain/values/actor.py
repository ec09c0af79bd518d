"""Who does something to a complaint."""

from chalicelib.domain.values.value import Value


class Actor(Value):
    """Who does something: a role, an id from the directory, and what the role is bound to.

    ``region`` binds regional roles and officers, ``agency`` and ``unit`` an agency's officers; never a name.
    ``acting_for`` is the officer in whose place they stand (Plt./Plh.): the record shows both.
    """

    role: str
    id: str
    region: str | None = None
    agency: str | None = None
    unit: str | None = None
    acting_for: str | None = None


SYSTEM = Actor(role="system", id="system")
