"""How the door is served: whose word on addresses is taken, which secret signs, what is said of keys."""

import stat
from pathlib import Path
from typing import Any

import pytest

from daogou.app import serving
from daogou.settings import Settings
from tests.small_shop import SmallShop


class Served:
    """Takes what would be served."""

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}
        self.said: list[str] = []

    def run(self, app: object, **options: Any) -> None:
        self.options = options


def serve(folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Served:
    served, shop = Served(), SmallShop()
    monkeypatch.setattr(serving.uvicorn, "run", served.run)
    monkeypatch.setattr(serving.gc, "freeze", lambda: None)
    shop.folder, shop.settings = folder, Settings(**settings)
    shop.warm = shop.catch_up = lambda: None
    free = bool(settings.get("write_without_key"))
    serving.serve_shop(shop, host="127.0.0.1", port=1, write_without_key=free, say=served.said.append)
    return served


def test_no_proxy_is_believed_but_those_that_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = serve(tmp_path, monkeypatch).options
    assert (plain["proxy_headers"], plain["forwarded_allow_ips"]) == (False, [])
    named = serve(tmp_path, monkeypatch, trusted_proxies=("10.0.0.1",)).options
    assert (named["proxy_headers"], named["forwarded_allow_ips"]) == (True, ["10.0.0.1"])


def test_a_shop_without_keys_is_told_the_key_of_the_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = serve(tmp_path, monkeypatch).said, serve(tmp_path, monkeypatch).said
    assert "Authorization: Bearer " in first[0]
    assert first != second
    assert serve(tmp_path, monkeypatch, write_without_key=True).said == []
    assert "daogou keys new" in serve(tmp_path, monkeypatch, api_keys=("a-key-that-may-be-read",)).said[0]


def test_the_secret_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    first = serving.user_secret(tmp_path, Settings())
    assert len(first) == 64
    assert serving.user_secret(tmp_path, Settings()) == first
    assert stat.S_IMODE((tmp_path / serving.SECRET).stat().st_mode) == 0o600
    assert serving.user_secret(tmp_path, Settings(user_secret="mine")) == b"mine"
