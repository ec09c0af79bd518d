"""Settings from the environment, read once and fully checked. No other module of ``chalicelib`` reads it."""

import json
import os
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError


class SettingsError(Exception):
    """An environment with missing or wrong variables; the message names all of them."""


def _parse_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _strip_slash(value: str) -> str:
    return value.rstrip("/")


class Settings(BaseModel):
    """The settings of every function. A field's name is its variable's name in lower case.

    ``queue_urls`` maps the queues' short names to their addresses. ``public_url`` has no slash at its end.
    ``seconds_per_working_day`` is the length of a working day in timers, None for real days.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    aws_region: str
    stage: str
    table_name: str
    bucket_name: str
    public_url: Annotated[str, BeforeValidator(_strip_slash)]
    mail_from: str
    mail_configuration_set: str
    user_pool_id: str
    user_pool_client_id: str
    hmac_key_id: str
    ladder_arn: str
    queue_urls: Annotated[Mapping[str, str], BeforeValidator(_parse_json)]
    seconds_per_working_day: float | None = Field(default=None, gt=0)
    sms_sender_id: str | None = None
    sms_per_region_per_month: int = Field(default=2000, ge=0)


def parse_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings in the environment; an empty variable counts as missing.

    Raise ``SettingsError``, which names all missing and wrong variables.
    """
    values = {name.lower(): value for name, value in environment.items() if value.strip()}
    if "aws_region" not in values and "aws_default_region" in values:
        values["aws_region"] = values["aws_default_region"]
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_format_error(error)) from None


@cache
def get_settings() -> Settings:
    """Return the settings of this process."""
    return parse_settings(os.environ)


def _format_error(error: ValidationError) -> str:
    """Name the variables but never their values: the text is logged."""
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
