"""`daogou learn language`: from shops and texts to a language model with its card; killed, it goes on where it was."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tokenizers import Tokenizer

from daogou.errors import MissingExtra, UserError
from daogou.progress import Progress
from daogou_training.language.card import card, curve_svg
from daogou_training.language.corpus import Sources, corpus
from daogou_training.language.examples import Choice, Encoded, Example, encode
from daogou_training.language.export import Agreement, export
from daogou_training.language.measuring import Measured, measure
from daogou_training.language.model import BEGIN, CONTEXT, END, learn_tokenizer, new_llama, size_named
from daogou_training.language.training import Course, Moment, train
from daogou_training.text.gathering import Gathered

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

MODEL, EXPORTED, CARD, CURVE, REPORT = "model", "builtin", "MODEL_CARD.md", "loss.svg", "report.json"
TOKENIZER_TEXTS = 60_000  # more teach a tokenizer of this size nothing
HELD_OUT_CHOICES = 400
COMPARED = 200  # held-out texts on which the exported model has to agree with the trained one


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that decides what comes out."""

    sources: Sources
    size: str = "5m"
    steps: int = 2000
    seed: int = 0
    device: str = "cpu"
    start: Path | None = None  # a model folder to go on from: fine-tuning
    rate: float = 0.0  # the learning rate; 0: the size's own, a fifth of it when fine-tuning
    course: dict[str, float] = field(default_factory=dict)  # what else of training.Course shall differ


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What came out, and where it lies."""

    folder: Path
    parameters: int
    tokens: int  # seen in training
    took_s: float
    measured: Measured
    agreement: Agreement


def learn_language(folder: Path, recipe: Recipe, *, on_progress: Progress) -> Learned:
    """Trains a model in `folder` (made when missing) and writes `model/` (Hugging Face), `builtin/` (ONNX), `loss.svg`, `report.json` and `MODEL_CARD.md`."""
    if not (find_spec("torch") and find_spec("transformers")):
        raise MissingExtra("torch", "train")
    folder.mkdir(parents=True, exist_ok=True)
    _same_recipe(folder, recipe)
    gathered = corpus(folder, recipe.sources, on_progress)
    tokenizer = _tokenizer(folder, recipe, gathered)
    kept, held, training, testing = _split(gathered)
    encoded = encode(tokenizer, kept, training)
    model = _model(recipe, tokenizer)
    rate = recipe.rate or size_named(recipe.size).learning_rate * (0.2 if recipe.start else 1.0)
    course = Course(steps=recipe.steps, learning_rate=rate, seed=recipe.seed, device=recipe.device, **recipe.course)  # type: ignore[arg-type]

    def tell(moment: Moment, steps: int) -> None:
        on_progress(f"training: {moment.text:.2f} nats", moment.step + 1, steps)

    moments = train(model, encoded, course, folder, on_step=tell)
    save_model(model, tokenizer, folder / MODEL)
    measured = measure(model, held, encode(tokenizer, held, testing), encoded, on_progress)
    pairs = [(it.prompt, it.continuation) for it in held if it.prompt][:COMPARED]
    agreement = export(folder / MODEL, folder / EXPORTED, pairs=pairs, name=f"daogou-{recipe.size}")
    learned = Learned(
        folder=folder,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        tokens=moments[-1].tokens,
        took_s=moments[-1].took_s,
        measured=measured,
        agreement=agreement,
    )
    _write_papers(learned, recipe, moments, gathered, encoded)
    return learned


def save_model(model: LlamaForCausalLM, tokenizer: Tokenizer, folder: Path) -> None:
    """A Hugging Face folder that transformers, llama.cpp's converter and `export` read."""
    model.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": BEGIN,
        "eos_token": END,
        "pad_token": END,
        "model_max_length": CONTEXT,
        "clean_up_tokenization_spaces": False,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")


def _same_recipe(folder: Path, recipe: Recipe) -> None:
    """A folder holds one run: going on with another recipe would mix two."""
    note = folder / "recipe.json"
    told = json.dumps(_told(recipe), ensure_ascii=False, indent=1)
    if note.exists() and note.read_text(encoding="utf-8") != told:
        raise UserError(
            f"'{folder}' holds a run with another recipe (see {note}); take another folder, or delete this one"
        )
    note.write_text(told, encoding="utf-8")


def _told(recipe: Recipe) -> dict[str, object]:
    sources = recipe.sources
    return {
        **{name: getattr(recipe, name) for name in ("size", "steps", "seed")},
        "start": str(recipe.start or ""),
        **{name: getattr(recipe, name) for name in ("rate", "course")},
        **{name: getattr(sources, name) for name in ("invented", "each", "of_each")},
        "shops": {name: len(products) for name, products in sources.shops.items()},
        "texts": sources.data is not None,
    }


def _tokenizer(folder: Path, recipe: Recipe, gathered: Gathered) -> Tokenizer:
    path = (recipe.start or folder) / "tokenizer.json"
    if recipe.start is None and not path.exists():
        texts = (f"{it.prompt}{it.continuation}" for it in gathered.examples[:TOKENIZER_TEXTS])
        learn_tokenizer(texts, vocabulary=size_named(recipe.size).vocabulary).save(str(path))
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.encode_special_tokens = True
    return tokenizer


def _split(gathered: Gathered) -> tuple[list[Example], list[Example], list[Choice], list[Choice]]:
    kept = [example for example in gathered.examples if not example.held_out]
    held = [example for example in gathered.examples if example.held_out]
    cut = min(HELD_OUT_CHOICES, len(gathered.choices) // 10)
    return kept, held, gathered.choices[cut:], gathered.choices[:cut]


def _model(recipe: Recipe, tokenizer: Tokenizer) -> LlamaForCausalLM:
    import torch
    from transformers import LlamaForCausalLM

    torch.manual_seed(recipe.seed)
    if recipe.start is not None:
        return LlamaForCausalLM.from_pretrained(recipe.start, dtype=torch.float32).to(recipe.device)
    return new_llama(size_named(recipe.size), vocabulary=tokenizer.get_vocab_size()).to(recipe.device)


def _write_papers(
    learned: Learned, recipe: Recipe, moments: Sequence[Moment], gathered: Gathered, encoded: Encoded
) -> None:
    report = {
        "size": recipe.size,
        "parameters": learned.parameters,
        "steps": len(moments),
        "tokens_seen": learned.tokens,
        "tokens_of_text": encoded.tokens,
        "choices": len(encoded.choices),
        "took_s": round(learned.took_s),
        "hardware": f"{recipe.device}, {platform.machine()}",
        "trained_on": datetime.now(UTC).date().isoformat(),
        "last": asdict(moments[-1]),
        "measured": asdict(learned.measured),
        "agreement": asdict(learned.agreement),
        "recipe": _told(recipe),
    }
    (learned.folder / REPORT).write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    (learned.folder / CURVE).write_text(curve_svg(moments, f"daogou {recipe.size}"), encoding="utf-8")
    (learned.folder / CARD).write_text(card(report, gathered), encoding="utf-8")
