"""The base of every value in the domain: immutable, and strict about the names it is given."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value; an unknown field is an error, never dropped silently.

    Its validator is built when first used: a cold start pays only for the values it meets.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
