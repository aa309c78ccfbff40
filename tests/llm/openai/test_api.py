"""ChatApi: any OpenAI-compatible model server; here a well-behaved one with a small true model behind it."""

from collections.abc import Iterator

import pytest

from daogou.llm.openai.api import ChatApi
from daogou.ports import Ability, LanguageModel
from tests.contracts.language_model import LanguageModelContract
from tests.hostile_server import hostile_server


@pytest.fixture(scope="module", params=[None, False], ids=["chat", "completions"])
def kind(request: pytest.FixtureRequest) -> Iterator[ChatApi]:
    with hostile_server("kind") as url:
        model = ChatApi.open("bytes", url=url, key="secret", instructed=request.param)
        yield model
        model.close()


class TestChatApi(LanguageModelContract):
    @pytest.fixture
    def model(self, kind: ChatApi) -> LanguageModel:
        return kind

    def test_all_that_the_server_can_do_is_found(self, model: LanguageModel) -> None:
        assert model.abilities == frozenset(Ability) - {Ability.COUNT}
