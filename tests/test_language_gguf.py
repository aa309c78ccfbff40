"""GgufModel: any causal language model in a GGUF file."""

import pytest

from daogou.language.gguf_model import GgufModel
from daogou.learn.gguf_file import write_gguf
from daogou.ports import LanguageModel
from tests.contracts.language_model import LanguageModelContract
from tests.tiny_models import tiny_llama

pytestmark = pytest.mark.slow
for needed, extra in {"torch": "transformers", "gguf": "gguf", "llama_cpp": "gguf"}.items():
    pytest.importorskip(needed, reason=f"needs pip install 'daogou[{extra}]'")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> GgufModel:
    folder = tmp_path_factory.mktemp("llama")
    return GgufModel.open(str(write_gguf(tiny_llama(folder), folder / "tiny.gguf", dtype="f32")), threads=1)


class TestGgufModel(LanguageModelContract):
    @pytest.fixture
    def model(self, tiny: GgufModel) -> LanguageModel:
        return tiny
