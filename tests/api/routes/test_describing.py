"""POST /v1/descriptions: what is asked, what is answered, what is refused."""

import pytest

from tests.door import call

KEY = "products:0123456789abcdef"


def post(**body: object):
    return call("POST", "/v1/descriptions", json=body)


def test_each_product_is_described_with_its_claims_and_evidence():
    answer = post(product_ids=["n14", "q13"], language="en", tone="warm").json()
    first, second = answer["descriptions"]
    assert (first["product_id"], second["product_id"]) == ("n14", "q13")
    assert answer["unknown_ids"] == []
    assert first["description"] == " ".join(claim["text"] for claim in first["claims"])
    known = {evidence["id"] for evidence in first["evidence"]}
    assert all(set(claim["evidence_ids"]) <= known and claim["evidence_ids"] for claim in first["claims"])
    assert (first["written_by"], first["scored_by"]) == ("templates", "plain score")
    assert first["considered"] is None


def test_candidates_are_sent_where_they_are_asked_for():
    [described] = post(product_ids=["n14"], candidates=True).json()["descriptions"]
    assert [one["text"] for one in described["considered"] if one["chosen"]] == [described["description"]]


def test_chinese_is_written_in_chinese():
    [described] = post(product_ids=["n14"], language="zh").json()["descriptions"]
    assert described["description"].endswith("。")


def test_unknown_ids_are_named_beside_the_known_ones():
    answer = post(product_ids=["n14", "nope", "nope"])
    assert answer.status_code == 200
    assert answer.json()["unknown_ids"] == ["nope"]
    assert [one["product_id"] for one in answer.json()["descriptions"]] == ["n14"]


def test_none_known_is_a_problem_that_names_them():
    answer = post(product_ids=["nope"])
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "nope" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"product_ids": []},
        {"product_ids": [str(number) for number in range(101)]},
        {"product_ids": ["n14"], "language": "fr"},
        {"product_ids": ["n14"], "tone": "loud"},
        {"product_ids": ["n14"], "audience": "x" * 201},
        {"product_ids": ["n14"], "mood": "good"},
    ],
)
def test_what_is_wrong_is_refused(body):
    answer = post(**body)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_it_needs_the_scope_of_products():
    from daogou.api.middleware.keys import parse_key

    keys = (parse_key(KEY), parse_key("events:fedcba9876543210"))
    body = {"product_ids": ["n14"]}

    def status(secret: str) -> int:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return call("POST", "/v1/descriptions", json=body, headers=headers, keys=keys).status_code

    assert [status("0123456789abcdef"), status("fedcba9876543210"), status("")] == [200, 403, 401]
