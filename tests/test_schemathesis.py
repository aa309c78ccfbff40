"""The whole OpenAPI schema, filled in every way that schemathesis knows: nothing is a fault of ours."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daogou.api.app import create_app
from daogou.api.middleware.keys import parse_key
from daogou.api.state import AppOptions
from daogou.app import open_shop
from tests.served import make_shop

pytestmark = pytest.mark.slow
schemathesis = pytest.importorskip("schemathesis", reason="pip install 'daogou[fuzz]'")
hypothesis = pytest.importorskip("hypothesis")

EXAMPLES = 60  # of each operation, beside those at the edges
KEY = "a-key-that-may-do-everything"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    made: Path = make_shop(tmp_path_factory.mktemp("schema"))
    with open_shop(made) as shop:
        app = create_app(shop, AppOptions(keys=(parse_key(KEY),), requests_per_minute=10**9))
        yield schemathesis.openapi.from_asgi("/openapi.json", app)


def test_no_call_that_the_schema_allows_or_forbids_is_our_fault(api: Any) -> None:
    calls, faults = 0, []

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(data=hypothesis.strategies.data())
    def tried(data: Any) -> None:
        nonlocal calls
        case = data.draw(cases)
        answer = case.call(headers={"X-API-Key": KEY})
        calls += 1
        if answer.status_code >= 500:
            faults.append((case.method, case.path, case.path_parameters, case.query, case.body, answer.text))

    operations = [found.ok() for found in api.get_all_operations()]
    for operation in operations:
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            try:
                cases = operation.as_strategy(generation_mode=mode)
                tried()
            except hypothesis.errors.Unsatisfiable:  # nothing about a call without parameters can be wrong
                continue
    assert not faults, faults[:5]
    assert len(operations) == 15
    assert calls > 10 * EXAMPLES
