import pytest

from daogou.api.keys import Scope, parse_key
from daogou.errors import SettingsError
from tests.door import call

ROW = [{"id": "x1", "title": "Laptop", "price": {"amount": 1, "currency": "EUR"}}]
ALL = "a-key-that-may-do-everything"
EVENTS = "events:a-key-for-events-alone"


def write(**more: object) -> int:
    return call("POST", "/v1/products", json=ROW, **more).status_code


def test_without_keys_this_machine_may_write():
    assert write() == 200
    assert write(caller="::1", base_url="http://[::1]:8000") == 200


@pytest.mark.parametrize(
    "more",
    [
        {"caller": "192.168.1.9"},
        {"caller": "testclient"},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"headers": {"Origin": "http://evil.example"}},
        {"headers": {"Origin": "null"}},
        {"base_url": "http://rebound.example"},
    ],
)
def test_without_keys_nobody_else_may_write(more):
    assert write(**more) == 403


def test_this_site_itself_may_write_without_keys():
    assert write(headers={"Origin": "http://localhost"}) == 200


@pytest.mark.parametrize("header", [{"Authorization": f"Bearer {ALL}"}, {"X-API-Key": ALL}])
def test_a_key_lets_anyone_in(header):
    assert write(caller="192.168.1.9", headers=header, keys=(parse_key(ALL),)) == 200


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {ALL}"}, {"X-API-Key": ""}]
)
def test_with_keys_even_this_machine_needs_one(header):
    response = call("POST", "/v1/products", json=ROW, headers=header, keys=(parse_key(ALL),))
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"


def test_a_key_does_what_its_scopes_say():
    keys = (parse_key(ALL), parse_key(EVENTS))
    header = {"X-API-Key": "a-key-for-events-alone"}
    assert write(headers=header, keys=keys) == 403
    assert call("POST", "/v1/events", json=[], headers=header, keys=keys).status_code == 200
    assert call("GET", "/metrics", headers=header, keys=keys).status_code == 403


def test_shoppers_need_no_key():
    assert call("POST", "/v1/chat", json={"message": "laptop"}, keys=(parse_key(ALL),)).status_code == 200


def test_a_key_is_kept_as_a_digest():
    key = parse_key(f"products+metrics:{ALL}")
    assert key.scopes == {Scope.PRODUCTS, Scope.METRICS}
    assert ALL not in repr(key)
    assert parse_key(ALL).scopes == set(Scope)


@pytest.mark.parametrize(
    ("text", "problem"),
    [("short", "at least 16 characters"), ("products:short", "at least 16"), ("prodcts:" + ALL, "'prodcts'")],
)
def test_a_wrong_key_setting_says_what_is_wrong(text, problem):
    with pytest.raises(SettingsError, match=problem):
        parse_key(text)
