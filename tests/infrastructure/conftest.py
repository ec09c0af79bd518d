"""The packaged template, once a run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.deploy.build import CHALICE_CONFIG, CHALICE_STAGE, Package, build


@pytest.fixture(scope="session")
def package() -> Package:
    return build(lambda _: None)


@pytest.fixture(scope="session")
def template(package: Package) -> dict[str, Any]:
    return package.read_template()


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    return dict(template["Resources"])


@pytest.fixture(scope="session")
def functions(resources: dict[str, Any]) -> dict[str, Any]:
    """Return the functions of the template by logical id."""
    return {name: body for name, body in resources.items() if body["Type"] == "AWS::Serverless::Function"}


@pytest.fixture(scope="session")
def function_names() -> list[str]:
    """Return the Chalice names of all functions."""
    config = json.loads(CHALICE_CONFIG.read_text())
    return list(config["stages"][CHALICE_STAGE]["lambda_functions"])
