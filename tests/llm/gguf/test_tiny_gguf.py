"""write_gguf: a Llama checkpoint as a GGUF file, which llama.cpp reads as transformers reads the checkpoint."""

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from daogou.errors import UserError
from daogou.llm.gguf.model import GgufModel
from daogou.llm.transformers.model import TransformersModel
from daogou.ports import LogLikelihood
from tests.tiny_gguf import write_gguf
from tests.tiny_models import LIKELY, PROMPT, TAUGHT, UNLIKELY, tiny_gpt2, tiny_llama

pytestmark = pytest.mark.slow
for needed, extra in {"torch": "transformers", "gguf": "gguf", "llama_cpp": "gguf"}.items():
    pytest.importorskip(needed, reason=f"needs pip install 'daogou[{extra}]'")

TEXTS = (
    "Hello, it's a 1,299.50 € laptop: 15.6\" and 1024GB, they'll say",
    "你们卖包吗？价格３２０元，第⑤款，¾ 寸",
    "👩‍👩‍👧 e\u0301 \u202eabc  def\n\n 12ab34 \t x",
    "<|end|> and <|begin|>",
    " " * 40,
    *TAUGHT,
)
PAIRS = [
    (PROMPT, LIKELY),
    (PROMPT, UNLIKELY),
    ("", PROMPT),
    (TAUGHT[1], " 1,299.50 €\n"),
    ("shopper: 你们", " 有的 👍\n"),
]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("llama"))


def test_texts_are_cut_into_the_same_tokens(checkpoint: Path, tmp_path: Path) -> None:
    model = GgufModel.open(str(write_gguf(checkpoint, tmp_path / "tiny.gguf")), threads=1)
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    tokenizer.encode_special_tokens = True
    for text in TEXTS:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        assert model._words.ids(text) == ids
        assert model._words.text(ids) == text


@pytest.mark.parametrize(("dtype", "tolerance"), [("f32", 1e-4), ("f16", 5e-2)])
def test_the_file_says_what_the_checkpoint_says(checkpoint: Path, tmp_path: Path, dtype: str, tolerance: float) -> None:
    theirs = TransformersModel.open(str(checkpoint), device="cpu", threads=1)
    ours = GgufModel.open(str(write_gguf(checkpoint, tmp_path / "tiny.gguf", dtype=dtype)), threads=1)
    for prompt, text in PAIRS:
        expected, found = (model.log_likelihood(prompt, [text])[0] for model in (theirs, ours))
        assert found.by_token == pytest.approx(expected.by_token, abs=tolerance)


def test_half_precision_halves_the_file(checkpoint: Path, tmp_path: Path) -> None:
    whole, half = (write_gguf(checkpoint, tmp_path / f"{dtype}.gguf", dtype=dtype) for dtype in ("f32", "f16"))
    assert half.stat().st_size < 0.6 * whole.stat().st_size


def test_a_matrix_may_have_more_rows_than_there_are_tokens(checkpoint: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(checkpoint)
    with torch.no_grad():
        model.resize_token_embeddings(416, mean_resizing=False)
        model.get_input_embeddings().weight[400:] = 0.0
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((checkpoint / name).read_bytes())
    model.save_pretrained(tmp_path)
    theirs = TransformersModel.open(str(tmp_path), device="cpu", threads=1)
    ours = GgufModel.open(str(write_gguf(tmp_path, tmp_path / "padded.gguf", dtype="f32")), threads=1)
    assert _likelihood(ours).by_token == pytest.approx(_likelihood(theirs).by_token, abs=1e-4)


def test_a_chat_template_goes_along(checkpoint: Path, tmp_path: Path) -> None:
    folder = _copied(checkpoint, tmp_path)
    (folder / "chat_template.jinja").write_text("{{ bos_token }}shopper: {{ messages[0]['content'] }}\nguide:", "utf-8")
    theirs = TransformersModel.open(str(folder), device="cpu", threads=1)
    ours = GgufModel.open(str(write_gguf(folder, tmp_path / "chat.gguf", dtype="f32")), threads=1)
    assert ours.instructed
    assert theirs.instructed
    for asked in ("do you sell lamps?", "<|end|> <|begin|> lamps" * 40):
        assert ours._words.prompt(asked, 60) == theirs._words.prompt(asked, 60)
        assert ours._words.prompt(asked, 60).count(1) == 0
    expected, found = (model.log_likelihood("do you sell lamps?", [LIKELY])[0] for model in (theirs, ours))
    assert found.by_token == pytest.approx(expected.by_token, abs=1e-4)


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="GPT2LMHeadModel"):
        write_gguf(tiny_gpt2(tmp_path), tmp_path / "no.gguf")
    assert not list(tmp_path.glob("*gguf*"))


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"rope_parameters": {"rope_type": "llama3", "rope_theta": 1e4}}, "llama3"), ({"architectures": ["X"]}, "X")],
)
def test_positions_that_would_come_out_wrong_are_refused(
    checkpoint: Path, tmp_path: Path, settings: dict[str, object], said: str
) -> None:
    folder = _copied(checkpoint, tmp_path)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps(config | settings), "utf-8")
    with pytest.raises(UserError, match=said):
        write_gguf(folder, tmp_path / "no.gguf")


def test_a_tokenizer_that_cuts_otherwise_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    folder = _copied(checkpoint, tmp_path)
    tokenizer = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    tokenizer["pre_tokenizer"]["pretokenizers"][0]["individual_digits"] = False
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    with pytest.raises(UserError, match="digit"):
        write_gguf(folder, tmp_path / "no.gguf")
    assert not list(tmp_path.glob("*gguf*"))


def test_an_unknown_precision_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="f16, f32"):
        write_gguf(checkpoint, tmp_path / "no.gguf", dtype="q4")


def _likelihood(model: GgufModel | TransformersModel) -> LogLikelihood:
    return model.log_likelihood(PROMPT, [UNLIKELY])[0]


def _copied(checkpoint: Path, to: Path) -> Path:
    folder = to / "copy"
    folder.mkdir()
    for file in checkpoint.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder
