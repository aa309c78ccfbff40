"""A student of a language model's P(q | product): what both texts and the parts of fit show, weighed by a few hundred numbers.

Learnt listwise (ListNet, Cao et al. 2007): the softmax over the candidates of one request is to be the teacher's. The network
sees how the words stand in the title, never which words they are, so that it can be learnt from some hundred requests.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daogou.errors import MissingExtra
from daogou.text.normalize import normalize
from daogou.text.prompts import SEARCHED_LENGTH
from daogou.text.words import cut

Numbers = npt.NDArray[np.float64]
PARTS = ("lexical", "minilm", "use", "lsa", "kind", "wishes")  # of fit
HIDDEN = 16
SOFTNESS = 4.0  # nats are divided by it: the teacher's softmax over ten candidates is all but certain else
EPOCHS, PATIENCE = 400, 40
RATE, DECAY = 0.01, 0.01


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One request and what the teacher says of the products that lead: nats, beside what the student sees of each."""

    request: str
    features: Numbers  # (n_products, n_features)
    nats: Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Student:
    """The learnt weights; numpy alone runs them."""

    mean: Sequence[float]
    scale: Sequence[float]
    inner: Sequence[Sequence[float]]  # (n_features, hidden)
    bias: Sequence[float]
    outer: Sequence[float]  # (hidden,)

    def nats(self, features: Numbers) -> Numbers:
        """(n_products,): the teacher's log P(q | product) as the student guesses it, up to what is the same for all."""
        seen = (features - np.array(self.mean)) / np.array(self.scale)
        guessed: Numbers = SOFTNESS * np.tanh(seen @ np.array(self.inner) + np.array(self.bias)) @ np.array(self.outer)
        return guessed

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


def features(words: str, title: str, parts: Mapping[str, float]) -> list[float]:
    """How the words stand in the title, and the parts of its fit."""
    asked, told = normalize(words).casefold(), normalize(title).casefold()[:SEARCHED_LENGTH]
    ours, theirs = cut(asked), cut(told)
    runs = [block for block in SequenceMatcher(None, asked, told, autojunk=False).get_matching_blocks() if block.size]
    longest = max(runs, key=lambda block: block.size, default=None)
    return [
        _share(ours, set(theirs)),
        _share(theirs, set(ours)),
        _share(_pairs(asked), set(_pairs(told))),
        sum(block.size for block in runs) / max(len(asked), 1),
        longest.size / max(len(asked), 1) if longest else 0.0,
        longest.b / max(len(told), 1) if longest else 1.0,
        float(asked in told),
        len(told) / SEARCHED_LENGTH,
        *(parts.get(name, 0.0) for name in PARTS),
    ]


def learn_student(lists: Sequence[Judged], *, seed: int = 0, device: str = "cpu") -> Student:
    """From the teacher's lists; a fifth of them says when to stop."""
    try:
        import torch
    except ImportError as error:
        raise MissingExtra("torch", "train") from error
    torch.manual_seed(seed)
    torch.set_num_threads(1)  # so small that threads would only wait for each other
    rows = np.concatenate([one.features for one in lists])
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    batch = [
        (
            torch.tensor((one.features - mean) / scale, dtype=torch.float32, device=device),
            torch.log_softmax(torch.tensor(one.nats, dtype=torch.float32, device=device) / SOFTNESS, dim=0),
        )
        for one in lists
    ]
    checked, taught = batch[::5], [one for place, one in enumerate(batch) if place % 5]
    network = torch.nn.Sequential(
        torch.nn.Linear(rows.shape[1], HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, 1, bias=False)
    ).to(device)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)

    def loss(some: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
        said = network(torch.cat([seen for seen, _ in some]))[:, 0].split([len(seen) for seen, _ in some])
        return torch.stack(
            [
                torch.nn.functional.kl_div(torch.log_softmax(one, dim=0), wanted, log_target=True, reduction="sum")
                for one, (_, wanted) in zip(said, some, strict=True)
            ]
        ).mean()

    best, kept, waited = float("inf"), network.state_dict(), 0
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        loss(taught).backward()
        optimizer.step()
        with torch.no_grad():
            now = float(loss(checked or taught))
        if now < best:
            best, waited = now, 0
            kept = {name: value.detach().clone() for name, value in network.state_dict().items()}
        elif (waited := waited + 1) > PATIENCE:
            break
    return Student(
        mean=mean.tolist(),
        scale=scale.tolist(),
        inner=kept["0.weight"].T.cpu().tolist(),
        bias=kept["0.bias"].cpu().tolist(),
        outer=kept["2.weight"][0].cpu().tolist(),
    )


def kendall(some: Sequence[float], others: Sequence[float]) -> float:
    """Kendall's tau: 1 where both order all pairs alike, -1 where none; pairs of which either knows no order count as half."""
    signs = [
        np.sign(some[one] - some[two]) * np.sign(others[one] - others[two])
        for one, two in itertools.combinations(range(len(some)), 2)
    ]
    return float(np.mean(signs)) if signs else 0.0


def _share(ours: Sequence[str], theirs: set[str]) -> float:
    return sum(one in theirs for one in ours) / max(len(ours), 1)


def _pairs(text: str) -> list[str]:
    return [left + right for left, right in itertools.pairwise(text)]
