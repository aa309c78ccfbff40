import pytest
from hypothesis import given
from hypothesis import strategies as st

from daogou.find.expand import translate


@pytest.mark.parametrize(
    ("said", "english"),
    [
        ("笔记本电脑", "laptop"),
        ("蓝牙音箱", "bluetooth speaker"),  # one phrase of the thesaurus, but it says a property too
        ("无线鼠标", "wireless mouse"),
        ("红色手机壳", "red phone case"),
        ("HP 笔记本电脑 16GB", "hp laptop 16gb"),
        ("", ""),
    ],
)
def test_chinese_becomes_english(said: str, english: str) -> None:
    assert translate(said, "en") == english


@pytest.mark.parametrize(
    ("said", "chinese"),
    [("black laptop bag", "黑色 电脑包"), ("Bluetooth speaker", "蓝牙 音箱"), ("laptop", "笔记本电脑")],
)
def test_english_becomes_chinese(said: str, chinese: str) -> None:
    assert translate(said, "zh") == chinese


def test_what_nobody_knows_stays_as_it_was_written() -> None:
    assert translate("噗噜噜", "en") == "噗噜噜"
    assert translate("qwertzy laptop", "zh") == "qwertzy 笔记本电脑"


@given(st.text(max_size=40))
def test_any_text_comes_through(text: str) -> None:
    assert translate(text, "en") == " ".join(translate(text, "en").split())
