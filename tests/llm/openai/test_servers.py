"""ChatApi before two real model servers on loopback, with a checkpoint of ours."""

from collections.abc import Iterator

import pytest

from daogou.errors import BackendError
from daogou.llm.openai.api import ChatApi
from daogou.llm.repair import follows
from daogou.ports import Ability, LanguageModel
from tests.contracts.language_model import SCHEMA, LanguageModelContract
from tests.model_servers import llama_cpp_server, transformers_serve
from tests.tiny_models import CONTEXT, LIKELY, PROMPT, tiny_llama

pytestmark = pytest.mark.slow
pytest.importorskip("torch", reason="needs pip install 'daogou[transformers]'")
pytest.importorskip("transformers", reason="needs pip install 'daogou[transformers]'")


@pytest.fixture(scope="module")
def by_transformers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatApi]:
    for needed in ("openai", "accelerate"):
        pytest.importorskip(needed, reason="needs pip install 'transformers[serving]'")
    with transformers_serve(tiny_llama(tmp_path_factory.mktemp("served"))) as server:
        # one at a time: the server seeds one generator for all its requests
        model = ChatApi.open(server.model, url=server.url, instructed=False, context=CONTEXT, parallel=1)
        yield model
        model.close()


@pytest.fixture(scope="module")
def by_llama_cpp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatApi]:
    for needed in ("gguf", "llama_cpp", "sse_starlette", "starlette_context", "pydantic_settings"):
        pytest.importorskip(needed, reason="needs pip install 'daogou[gguf]' 'llama-cpp-python[server]'")
    from tests.tiny_gguf import write_gguf

    folder = tmp_path_factory.mktemp("served")
    with llama_cpp_server(write_gguf(tiny_llama(folder), folder / "tiny.gguf", dtype="f32")) as server:
        model = ChatApi.open(server.model, url=server.url, instructed=False, context=CONTEXT)
        yield model
        model.close()


class TestTransformersServe(LanguageModelContract):
    @pytest.fixture
    def model(self, by_transformers: ChatApi) -> LanguageModel:
        return by_transformers

    def test_what_the_server_ignores_is_not_declared(self, model: LanguageModel) -> None:
        assert model.abilities == {Ability.WRITE}


class TestLlamaCppServer(LanguageModelContract):
    @pytest.fixture
    def model(self, by_llama_cpp: ChatApi) -> LanguageModel:
        return by_llama_cpp

    def test_a_text_is_as_likely_as_its_parts(self, model: LanguageModel) -> None:
        """The server keeps how likely the first token is to itself: from nothing is from the begin of a line."""
        whole, start = model.log_likelihood("", [PROMPT + LIKELY, PROMPT])
        rest = model.log_likelihood(f"\n{PROMPT}", [LIKELY])[0]
        assert whole.tokens == start.tokens + rest.tokens
        assert whole.total == pytest.approx(start.total + rest.total, abs=2 * self.tolerance)

    @pytest.mark.parametrize("temperature", [0.0, 1.0])
    def test_written_json_follows_its_schema(self, model: LanguageModel, temperature: float) -> None:
        """The server's grammar knows no bounds: a number among a few stands for one between two."""
        few = {**SCHEMA["properties"], "most": {"enum": [0, 500, 9999]}}
        texts = model.write(
            PROMPT, n=3, max_tokens=80, seed=1, temperature=temperature, schema={**SCHEMA, "properties": few}
        )
        assert all(follows(text, SCHEMA) for text in texts)

    def test_json_that_breaks_a_bound_is_refused(self, model: LanguageModel) -> None:
        least = {"properties": {"most": {"type": "integer", "minimum": 10**8, "maximum": 10**8 + 1}}}
        with pytest.raises(BackendError, match="no JSON that follows the schema"):
            model.write(PROMPT, n=1, max_tokens=40, seed=1, schema={**SCHEMA, **least, "required": ["most"]})

    def test_all_that_a_server_can_do_is_found(self, model: LanguageModel) -> None:
        assert model.abilities == frozenset(Ability) - {Ability.COUNT}
