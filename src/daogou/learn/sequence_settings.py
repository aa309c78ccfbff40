"""How a sequence model is shaped and trained."""

from dataclasses import dataclass

from daogou.recommend.sequence import LENGTH


@dataclass(frozen=True, kw_only=True)
class SequenceSettings:
    """The dials; a round is one look at the log, or `most_steps` batches of a log that is longer."""

    dimensions: int = 128
    blocks: int = 1
    heads: int = 2
    length: int = LENGTH  # touches that are read, the newest
    dropout: float = 0.5  # of hidden numbers
    forget: float = 0.5  # of the products in a step: each stands for what it reads like alone (Volkovs et al. 2017)
    ahead: float = 0.2  # what the visit after the next one counts, of the next one
    learning_rate: float = 1e-3
    average: float = 0.98  # of the average weights that stays after a step: the average is what is kept
    weight_decay: float = 0.05
    batch: int = 64  # windows in one step
    rounds: int = 60  # at most
    patience: int = 5  # rounds without a better figure, then it ends
    most_steps: int = 2_000  # in one round
    held_out: float = 0.1  # of the visits that have a history, the newest: they say when to stop
    most_held_out: int = 4_000
    negatives: int = 2_048  # drawn in each step where the catalogue is larger than `whole_softmax`
    whole_softmax: int = 10_000  # products
    every_s: float = 60.0  # seconds between two checkpoints
    device: str = "cpu"
