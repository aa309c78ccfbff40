"""GgufModel: any causal language model in a GGUF file."""

import subprocess
import sys
from pathlib import Path

import pytest

from daogou.errors import BackendError, MissingExtra
from daogou.llm.gguf.model import GgufModel
from daogou.ports import LanguageModel
from tests.contracts.language_model import LanguageModelContract
from tests.tiny_gguf import write_gguf
from tests.tiny_models import CONTEXT, LIKELY, PROMPT, TAUGHT, UNLIKELY, tiny_llama, tiny_tokenizer

pytestmark = pytest.mark.slow
for needed, extra in {"torch": "transformers", "gguf": "gguf", "llama_cpp": "gguf"}.items():
    pytest.importorskip(needed, reason=f"needs pip install 'daogou[{extra}]'")

OTHER = "shopper: 你们卖包吗？\nguide:"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("llama"))


@pytest.fixture(scope="module")
def file(folder: Path) -> Path:
    return write_gguf(folder, folder / "tiny.gguf", dtype="f32")


@pytest.fixture(scope="module")
def tiny(file: Path) -> GgufModel:
    return GgufModel.open(str(file), threads=1)


class TestGgufModel(LanguageModelContract):
    @pytest.fixture
    def model(self, tiny: GgufModel) -> LanguageModel:
        return tiny

    def test_more_texts_than_are_held_side_by_side(self, tiny: GgufModel) -> None:
        many = tiny.write(PROMPT, n=70, max_tokens=6, seed=1, temperature=3.0)
        assert len(many) == 70
        assert len(set(many)) > 60
        assert many[:3] == tiny.write(PROMPT, n=3, max_tokens=6, seed=1, temperature=3.0)

    def test_more_continuations_than_are_held_side_by_side(
        self, tiny: GgufModel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        texts = [*TAUGHT, LIKELY, UNLIKELY, "", " a"]
        at_once = tiny.log_likelihood(PROMPT, texts)
        monkeypatch.setattr("daogou.llm.gguf.prefix.ROWS", 3)
        for module in ("context", "prefix"):
            monkeypatch.setattr(f"daogou.llm.gguf.{module}.BATCH", 5)
        for one, other in zip(tiny.log_likelihood(PROMPT, texts), at_once, strict=True):
            assert one.by_token == pytest.approx(other.by_token, abs=self.tolerance)

    def test_more_than_it_can_read_is_an_error(self, tiny: GgufModel) -> None:
        with pytest.raises(BackendError, match=f"reads {CONTEXT}"):
            tiny.log_likelihood(PROMPT, [LIKELY, " 9" * CONTEXT])

    def test_no_text_is_longer_than_it_can_read(self, tiny: GgufModel) -> None:
        endless = {"type": "string", "pattern": "^[0-9]{1000}$"}
        room = CONTEXT - 1 - len(tiny_tokenizer().encode(PROMPT).ids)
        with pytest.raises(BackendError, match=f"no whole JSON within {room} tokens"):
            tiny.write(PROMPT, n=1, max_tokens=10_000, seed=1, schema=endless)


def test_it_may_be_given_less_to_read(file: Path) -> None:
    model = GgufModel.open(str(file), context=48, threads=1)
    assert model.context == 48
    whole = GgufModel.open(str(file), threads=1)
    assert model.log_likelihood(PROMPT, [LIKELY])[0].total == pytest.approx(
        whole.log_likelihood(PROMPT, [LIKELY])[0].total, abs=1e-3
    )


def test_a_form_that_refuses_is_an_error(folder: Path, tmp_path: Path) -> None:
    for template, said in {
        "{{ raise_exception('no users here') }}": "no users here",
        "{% if %}": "can't be read",
    }.items():
        (folder / "chat_template.jinja").write_text(template, "utf-8")
        try:
            file = write_gguf(folder, tmp_path / "chat.gguf")
        finally:
            (folder / "chat_template.jinja").unlink()
        with pytest.raises(BackendError, match=said):
            GgufModel.open(str(file), threads=1).log_likelihood("lamps", [LIKELY])


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere.gguf"):
        with pytest.raises(BackendError, match=str(place)):
            GgufModel.open(str(place))


@pytest.mark.parametrize("keep", [0, 4, 100, 0.5])
def test_a_damaged_file_is_named(file: Path, tmp_path: Path, keep: float) -> None:
    whole = file.read_bytes()
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(whole[: int(keep * len(whole)) if keep == 0.5 else int(keep)])
    with pytest.raises(BackendError, match=r"damaged\.gguf can't be read as a GGUF model: .+"):
        GgufModel.open(str(damaged))


def test_it_is_quiet(file: Path) -> None:
    script = (
        "import sys\nfrom daogou.llm.gguf.model import GgufModel\n"
        "model = GgufModel.open(sys.argv[1], threads=1)\n"
        "model.write('shopper:', n=2, max_tokens=4, seed=1)\nmodel.log_likelihood('', ['a lamp'])"
    )
    ran = subprocess.run([sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("", "")


def test_a_missing_library_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    with pytest.raises(MissingExtra, match=r"pip install 'daogou\[gguf\]'"):
        GgufModel.open("anything")
