"""A complaint in every procedure there is."""

import pytest

from chalicelib.domain.procedure.model import Procedure
from tests.procedures import Life, every_procedure


@pytest.fixture(params=every_procedure(), ids=lambda procedure: str(procedure.id))
def procedure(request: pytest.FixtureRequest) -> Procedure:
    return request.param


@pytest.fixture
def life(procedure: Procedure) -> Life:
    return Life(procedure)
