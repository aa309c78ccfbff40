import csv
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from daogou.app.fitting import read_judgements
from daogou.catalog.products.candidate import Candidate, Score
from daogou.errors import UserError
from daogou.rank.kinds import STANDARD
from daogou_evals.search import ENCODERS, GRID, cross_validated, main_search, over_http, rank_all, summary

LASER = {"printer": 3.0, "toner": 0.0, "fax": 1.0}


def judged(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("query", "docid", "rating"), *rows])
    return path


def candidate(product_id: str, lexical: float, minilm: float, kind: float = 0.0) -> Candidate:
    total = lexical + STANDARD.of("minilm") * minilm + kind
    scores = {"lexical": lexical, "minilm": minilm, "kind": kind, "total": total}
    return Candidate(product_id=product_id, scores=tuple(Score(source=s, value=v) for s, v in scores.items()))


def test_queries_without_a_relevant_product_are_left_out(tmp_path: Path) -> None:
    path = judged(tmp_path / "j.csv", [("laser", "printer", "3"), ("laser", "toner", "0"), ("nothing", "a", "0")])

    assert read_judgements(path) == {"laser": {"printer": 3.0, "toner": 0.0}}


@pytest.mark.parametrize("text", ["query,docid\na,b\n", "query,docid,rating\na,b,good\n"])
def test_a_file_that_holds_no_judgements_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "j.csv"
    path.write_text(text)

    with pytest.raises(UserError, match="expected the columns query, docid and rating"):
        read_judgements(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere\.csv"):
        read_judgements(tmp_path / "nowhere.csv")


def test_the_figures_of_a_planted_ranking() -> None:
    [one] = rank_all({"laser": LASER}, lambda query: [Candidate(product_id=p) for p in ("new", "printer", "fax")])

    assert one.ndcg == pytest.approx((7 / 1.5849625 + 1 / 2) / (7 + 1 / 1.5849625))
    assert one.judged_ndcg == pytest.approx(1.0)
    assert next(iter(summary([one], []))).startswith("1 queries: NDCG@10 0.6443, judged only 1.0000; p50 ")


def test_factors_are_chosen_on_the_other_folds() -> None:
    # what the encoder finds is right in every query, what the words find is wrong by as much as twice the encoder's part
    apart = 1.5 * STANDARD.of("minilm")
    run = (LASER, [candidate("toner", 0.1 + apart, 0.0), candidate("printer", 0.1, 1.0)])

    folds = cross_validated([run] * 4, folds=2, k=10)

    assert [fold.factors[ENCODERS] for fold in folds] == [max(GRID[ENCODERS])] * 2
    assert [(fold.queries, round(fold.judged_ndcg, 3)) for fold in folds] == [(2, 0.917)] * 2


@pytest.mark.parametrize(("queries", "folds"), [(3, 1), (1, 2), (0, 5)])
def test_too_few_queries_or_folds_give_none(queries: int, folds: int) -> None:
    assert cross_validated([(LASER, [])] * queries, folds=folds, k=10) == []


def test_below_the_bar_the_status_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = judged(tmp_path / "j.csv", [(query, "right", "3") for query in "ab"])

    def search(query: str) -> list[Candidate]:
        return [candidate("wrong", 5.0, 0.5), candidate("right", 4.0, 0.5)]

    assert main_search(search, path, folds=2) == 0
    assert main_search(search, path, folds=0, least=0.9) == 1
    assert main_search(search, path, folds=0, least_judged=0.9) == 0
    printed = capsys.readouterr().out
    assert "fold 2: 0.6309 1.0000 on 1 queries left out" in printed
    assert "weights chosen on the other folds: NDCG@10 0.6309, judged only 1.0000" in printed
    assert "  0.631 1.000  a" in printed


@pytest.fixture
def service() -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = {"results": [{"product_id": "right", "scores": [{"source": "lexical", "value": 2.5, "rank": 1}]}]}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_running_service_is_measured_over_http(
    service: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = judged(tmp_path / "j.csv", [("wireless mouse", "right", "2")])

    assert main_search(over_http(service), path, least=0.99) == 0
    assert capsys.readouterr().out.startswith("1 queries: NDCG@10 1.0000, judged only 1.0000")
