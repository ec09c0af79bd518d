"""The base class of every value in the domain."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value. An unknown field is an error and is never dropped silently.

    Its validator is built on first use: a cold start pays only for the values it uses.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
