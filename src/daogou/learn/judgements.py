"""What people judged: query, docid, rating."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from daogou.errors import UserError

Judgements: TypeAlias = Mapping[str, Mapping[str, float]]  # query -> product id -> rating


def read_judgements(path: Path) -> Judgements:
    """Those queries that have a relevant product; UserError where a column is missing or a rating is no number."""
    judgements: dict[str, dict[str, float]] = defaultdict(dict)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                judgements[row["query"]][row["docid"]] = float(row["rating"])
    except (OSError, KeyError, ValueError) as error:
        raise UserError(f"{path}: {error!r}; expected the columns query, docid and rating (a number)") from error
    return {query: rated for query, rated in judgements.items() if max(rated.values()) > 0}
