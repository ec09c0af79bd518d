"""The environment of a function, read once and proven whole. Nothing else in ``chalicelib`` reads it."""

import json
import os
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError


class SettingsError(Exception):
    """The environment does not say what the application needs; the message names every variable at fault."""


def _from_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _without_slash(value: str) -> str:
    return value.rstrip("/")


class Settings(BaseModel):
    """What the template tells every function. A field is its variable's name in small letters.

    ``queue_urls`` maps the queues' short names to their addresses; ``public_url`` has no slash at its end.
    ``seconds_per_working_day`` is how long a working day lasts in timers, None where days are real ones.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    aws_region: str
    stage: str
    table_name: str
    bucket_name: str
    public_url: Annotated[str, BeforeValidator(_without_slash)]
    mail_from: str
    mail_configuration_set: str
    user_pool_id: str
    user_pool_client_id: str
    hmac_key_id: str
    ladder_arn: str
    queue_urls: Annotated[Mapping[str, str], BeforeValidator(_from_json)]
    seconds_per_working_day: float | None = Field(default=None, gt=0)
    sms_sender_id: str | None = None
    sms_per_region_per_month: int = Field(default=2000, ge=0)


def read(environment: Mapping[str, str]) -> Settings:
    """The settings in the environment; an empty variable counts as absent.

    Raises ``SettingsError`` that names all variables missing or wrong at once.
    """
    given = {name.lower(): value for name, value in environment.items() if value.strip()}
    if "aws_region" not in given and "aws_default_region" in given:
        given["aws_region"] = given["aws_default_region"]
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


@cache
def settings() -> Settings:
    """The settings of this process."""
    return read(os.environ)


def _explain(error: ValidationError) -> str:
    """Names the variables and never their values, for this goes to the log."""
    missing, wrong = [], []
    for problem in error.errors(include_input=False):
        name = str(problem["loc"][0]).upper()
        if problem["type"] == "missing":
            missing.append(name)
        else:
            wrong.append(f"{name} ({problem['msg']})")
    parts = [
        f"{label} in the environment: {', '.join(names)}"
        for label, names in (("missing", missing), ("wrong", wrong))
        if names
    ]
    return "; ".join(parts)
