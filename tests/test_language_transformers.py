"""TransformersModel: any causal language model of Hugging Face."""

import pytest

from daogou.language.transformers_model import TransformersModel
from daogou.ports import LanguageModel
from tests.contracts.language_model import LanguageModelContract
from tests.tiny_models import TINY

pytestmark = pytest.mark.slow
pytest.importorskip("torch", reason="needs pip install 'daogou[transformers]'")
pytest.importorskip("transformers", reason="needs pip install 'daogou[transformers]'")


@pytest.fixture(scope="module", params=sorted(TINY))
def tiny(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TransformersModel:
    folder = TINY[request.param](tmp_path_factory.mktemp(request.param))
    return TransformersModel.open(str(folder), device="cpu", threads=1)


class TestTransformersModel(LanguageModelContract):
    @pytest.fixture
    def model(self, tiny: TransformersModel) -> LanguageModel:
        return tiny
