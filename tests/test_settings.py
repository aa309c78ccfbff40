from pathlib import Path

import pytest

from daogou.errors import SettingsError
from daogou.settings import Settings, read_settings


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert read_settings(tmp_path, {}) == Settings()


def test_the_environment_goes_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "daogou.toml").write_text('name = "Corner shop"\nshown = 4\napi_keys = ["a"]\n', encoding="utf-8")
    settings = read_settings(tmp_path, {"DAOGOU_SHOWN": "8", "DAOGOU_API_KEYS": "x, y", "PATH": "ignored"})
    assert settings == Settings(name="Corner shop", shown=8, api_keys=("x", "y"))


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "daogou.toml").write_text("shwon = 4\nthreads = 0\nname = 3\nencoders = 7\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_settings(tmp_path, {"DAOGOU_MESSAGE_LIMIT": "many"})
    message = str(caught.value)
    assert "'shwon' is unknown; the nearest is 'shown'" in message
    assert "'threads': 0 is not a whole number above zero" in message
    assert "'name': 3 is not a text" in message
    assert "'encoders': 7 is not a list of texts" in message
    assert "'message_limit': 'many' is not a whole number above zero" in message


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "daogou.toml").write_text("shown 4", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"daogou\.toml: not valid TOML"):
        read_settings(tmp_path, {})
