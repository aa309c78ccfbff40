import re

import pytest
from starlette.requests import Request
from typer.testing import CliRunner

from daogou.api.middleware.keys import Scope, digest_line, is_digest, parse_key
from daogou.api.state import client_of
from daogou.cli import app
from daogou.errors import SettingsError
from tests.door import call, talk

ROW = [{"id": "x1", "title": "Laptop", "price": {"amount": 1, "currency": "EUR"}}]
ALL = "a-key-that-may-do-everything"
EVENTS = "events:a-key-for-events-alone"


def write(**more: object) -> int:
    return call("POST", "/v1/products", json=ROW, **more).status_code


def test_without_a_key_nobody_may_write_unless_it_was_said():
    assert write(write_without_key=False) == 401
    assert call("GET", "/metrics", write_without_key=False).status_code == 401
    assert call("DELETE", "/v1/users/ann", write_without_key=False).status_code == 401


def test_where_it_was_said_this_machine_may_write():
    assert write() == 200
    assert write(caller="::1", base_url="http://[::1]:8000") == 200


@pytest.mark.parametrize(
    "more",
    [
        {"caller": "192.168.1.9"},
        {"caller": "testclient"},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"headers": {"Via": "1.1 proxy"}},
        {"headers": {"X-Forwarded-Proto": "https"}},
        {"headers": {"X-Forwarded-Host": "localhost"}},
        {"headers": {"CF-Connecting-IP": "127.0.0.1"}},
        {"headers": {"CF-Ray": "1"}},
        {"headers": {"True-Client-IP": "127.0.0.1"}},
        {"headers": {"X-Real-IP": "127.0.0.1"}},
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


def test_the_settings_need_hold_no_more_of_a_key_than_its_digest():
    line = digest_line(ALL, [Scope.PRODUCTS, Scope.EVENTS])
    assert ALL not in line
    assert line.startswith("products+events:sha256:")
    assert write(headers={"X-API-Key": ALL}, keys=(parse_key(line),)) == 200
    assert write(headers={"X-API-Key": line.rpartition(":")[2]}, keys=(parse_key(line),)) == 401
    assert parse_key("sha256:" + "0" * 64).scopes == set(Scope)
    assert is_digest(line)
    assert not is_digest(ALL)


def test_a_new_key_opens_what_its_line_says():
    told = CliRunner().invoke(app, ["keys", "new", "--scopes", "products"]).output
    secret, line = re.search(r"once: (\S+)", told)[1], re.search(r'"(products:sha256:\w+)"', told)[1]
    assert write(headers={"X-API-Key": secret}, keys=(parse_key(line),)) == 200


def test_guessing_keys_is_slowed_down():
    keys = (parse_key(ALL),)

    async def guesses(door):
        answers = [await door.post("/v1/products", json=ROW, headers={"X-API-Key": f"guess {n}"}) for n in range(4)]
        return answers[-1]

    assert talk(guesses, keys=keys, requests_per_minute=3).status_code == 429


def test_each_key_has_a_limit_of_its_own_and_a_network_of_ipv6_has_one():
    async def calls(door):
        for _ in range(2):
            await door.get("/v1/search?q=laptop")
        return await door.get("/v1/search?q=laptop", headers={"X-API-Key": ALL})

    assert talk(calls, keys=(parse_key(ALL),), requests_per_minute=2).status_code == 200
    request = Request({"type": "http", "client": ("2001:db8::1:2:3:4", 1), "headers": []})
    other = Request({"type": "http", "client": ("2001:db8::5:6:7:8", 1), "headers": []})
    assert client_of(request) == client_of(other) == "2001:db8::/64"


def test_a_key_is_kept_as_a_digest():
    key = parse_key(f"products+metrics:{ALL}")
    assert key.scopes == {Scope.PRODUCTS, Scope.METRICS}
    assert ALL not in repr(key)
    assert parse_key(ALL).scopes == set(Scope)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("short", "at least 16 characters"),
        ("products:short", "at least 16"),
        ("prodcts:" + ALL, "'prodcts'"),
        ("sha256:x", "64 hex"),
    ],
)
def test_a_wrong_key_setting_says_what_is_wrong(text, problem):
    with pytest.raises(SettingsError, match=problem):
        parse_key(text)
