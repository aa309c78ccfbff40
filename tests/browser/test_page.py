import random
import re
from decimal import Decimal

import pytest

pytest.importorskip("playwright.sync_api", reason="pip install 'daogou[browser]'")

from playwright.sync_api import Page, expect

TALKS = {
    "en": ["I'm looking for a laptop", "under 800", "at least 8 GB", "compare 1 and 2"],
    "zh": ["想买笔记本电脑", "800以内", "至少8 GB", "对比第1个和第2个"],
}
SHELF = {"en": "On the shelf", "zh": "为您挑选"}


def say(page: Page, text: str) -> None:
    page.fill("#message", text)
    page.press("#message", "Enter")
    answered(page)


def answered(page: Page) -> None:
    page.wait_for_selector("body:not(.busy)")


def cards(page: Page) -> list[str]:
    return page.locator("#cards .title").all_inner_texts()


def chips(page: Page) -> list[str]:
    return page.locator("#chips .chip").all_inner_texts()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_four_turns_fill_the_shelf_and_keep_the_talk(visit, url, shots, language, size, scheme):
    page = visit(url, size=size, language=language, scheme=scheme, reduced_motion="reduce")
    page.screenshot(path=shots / f"{language}-{size}-{scheme}-0.png")
    for number, message in enumerate(TALKS[language], start=1):
        say(page, message)
        expect(page.locator("#cards .card").first).to_be_visible()
        page.screenshot(path=shots / f"{language}-{size}-{scheme}-{number}.png")
    assert page.locator("#log .mine p").all_inner_texts() == TALKS[language]
    assert page.locator("#log .theirs").count() == 4
    assert page.locator("#cards .card").count() == 2
    assert page.locator("#comparison th[scope=col]").count() == 2
    assert page.locator("#shelf-title").inner_text() == SHELF[language]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if size == "desktop":
        assert page.evaluate("document.scrollingElement.scrollTop") == 0


def test_labels_follow_the_language_that_is_typed(visit, url):
    page = visit(url, language="en")
    assert page.locator("#examples button").first.inner_text().isascii() or "€" in page.inner_text("#examples")
    say(page, "想买笔记本电脑")
    assert page.inner_text("#shelf-title") == SHELF["zh"]
    assert page.get_attribute("html", "lang") == "zh-CN"
    say(page, "under 800 please, a laptop")
    assert page.inner_text("#shelf-title") == SHELF["en"]


def test_the_switch_answers_again_in_the_other_language(visit, url):
    page = visit(url)
    say(page, "laptop under 800")
    before = page.locator("#cards .card").count()
    page.click("[data-language=zh]")
    answered(page)
    assert page.inner_text("#shelf-title") == SHELF["zh"]
    assert page.locator("#cards .card").count() == before
    assert re.search("[\u4e00-\u9fff]", page.inner_text("#log .theirs:last-child"))


def test_a_chip_that_is_taken_off_widens_the_shelf(visit, own_url):
    page = visit(own_url)
    say(page, "a laptop under 500")
    assert chips(page) == ["Laptop", "Up to €500"]
    assert len(cards(page)) == 3
    page.click("#chips .chip >> nth=1")
    answered(page)
    assert chips(page) == ["Laptop"]
    assert len(cards(page)) == 6
    assert page.inner_text("#log .aside") == "Without “up to €500”"


def test_a_reason_opens_the_row_that_it_rests_on(visit, url):
    page = visit(url)
    say(page, "a laptop with 16 GB")
    fact = page.locator("#cards .reasons dl").first
    expect(fact).to_be_hidden()
    page.locator("#cards .reasons summary").first.click()
    expect(fact).to_be_visible()
    assert re.search(r"column \S+.*as of .*20\d\d", fact.inner_text(), re.DOTALL)


def test_two_ticked_products_stand_side_by_side(visit, own_url):
    page = visit(own_url)
    say(page, "laptop")
    for position in (1, 2, 3):  # the third takes the place of the first
        page.check(f"input[data-position='{position}']")
    page.click("#compare")
    answered(page)
    assert page.locator("#log .mine p").last.inner_text() == "compare 2 and 3"
    assert page.locator("#comparison tbody tr").all_inner_texts() == [
        "Price\t€449\t€499.95",
        "Availability\tOut of stock\tIn stock",
        "Memory\t8 GB\t8 GB",
    ]
    assert page.locator("#compare-bar").is_hidden()


def test_a_question_is_answered_by_a_press(visit, own_url):
    page = visit(own_url)
    say(page, "laptop")
    page.click(".picks .pick >> nth=0")
    answered(page)
    assert page.locator("#log .mine p").last.inner_text() == "under €500"
    assert page.locator(".picks").count() == 0


def test_an_example_starts_the_talk(visit, url):
    page = visit(url)
    page.click("#examples button >> nth=0")
    answered(page)
    assert len(cards(page)) > 0
    assert page.locator(".hero").is_hidden()


def test_a_reload_keeps_the_talk_and_the_talk_goes_on(visit, url):
    page = visit(url)
    say(page, "laptop under 800")
    before = cards(page), chips(page), page.inner_text("#log")
    page.reload()
    page.wait_for_selector("#cards .card")
    assert (cards(page), chips(page), page.inner_text("#log")) == before
    page.locator("#cards .reasons summary").first.click()
    expect(page.locator("#cards .reasons dl").first).to_be_visible()
    say(page, "at least 8 GB")
    assert len(chips(page)) == len(before[1]) + 1


def test_thanks_leave_the_shelf_as_it_is_even_after_a_reload(visit, own_url):
    page = visit(own_url)
    say(page, "laptop under 800")
    before = cards(page)
    say(page, "thank you")
    assert cards(page) == before
    assert page.locator("#nothing").is_hidden()
    page.reload()
    page.wait_for_selector("#cards .card")
    assert cards(page) == before
    assert page.locator("#log .theirs").count() == 2


def test_starting_over_can_be_undone(visit, url):
    page = visit(url)
    say(page, "laptop under 800")
    before = cards(page)
    page.click("#restart")
    expect(page.locator(".hero")).to_be_visible()
    page.click("#toast button")
    assert cards(page) == before


def test_the_keyboard_alone_is_enough(visit, own_url):
    page = visit(own_url)
    press = page.keyboard.press
    expect(page.locator("#message")).to_be_focused()
    page.keyboard.type("a laptop")
    press("Shift+Enter")
    page.keyboard.type("under 800")
    press("Enter")
    answered(page)
    assert len(cards(page)) == 4
    expect(page.locator("#message")).to_be_focused()
    press("ArrowUp")
    assert page.input_value("#message") == "a laptop\nunder 800"
    page.fill("#message", "")
    page.focus("#cards .title >> nth=0")
    press("ArrowRight")
    expect(page.locator("#cards .title").nth(1)).to_be_focused()
    press("End")
    expect(page.locator("#cards .title").nth(3)).to_be_focused()
    press("Home")
    press("Tab")
    press("Enter")
    expect(page.locator("#cards .reasons dl").first).to_be_visible()
    page.focus("#chips .chip >> nth=1")
    press("Enter")
    answered(page)
    assert chips(page) == ["Laptop"]
    assert page.evaluate("document.activeElement.id") == "message"


def test_the_skip_link_shows_itself_and_leads_to_the_message(visit, url):
    page = visit(url)
    assert page.evaluate("document.querySelector('a, button, input, textarea').className") == "skip"
    expect(page.locator(".skip")).not_to_be_in_viewport()
    page.focus(".skip")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_be_focused()


def test_a_product_opens_with_all_that_its_row_says(visit, own_url):
    page = visit(own_url)
    say(page, "a laptop under 800")
    page.click("#cards .title >> nth=0")
    dialog = page.locator("#detail")
    expect(dialog).to_be_visible()
    assert dialog.locator(".sheet dt").all_inner_texts() == ["memory", "colour"]
    assert dialog.locator("a").get_attribute("href") == "https://shop.example/p/q11"
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#cards .title").first).to_be_focused()


def test_an_answer_that_fails_can_be_asked_for_again(visit, own_url, shop):
    page = visit(own_url)

    def fail() -> None:
        shop.guide.before_answer = lambda: None
        raise ValueError("broken on purpose")

    shop.guide.before_answer = fail
    say(page, "laptop under 800")
    assert "went wrong" in page.inner_text("#log .failed")
    page.click("#log .failed button")
    answered(page)
    assert len(cards(page)) == 4
    assert page.locator("#log .mine").count() == 1
    assert page.locator("#log .failed").count() == 0


def test_offline_is_said_and_nothing_is_lost(visit, own_url):
    page = visit(own_url)
    say(page, "laptop under 800")
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    say(page, "at least 16 GB")
    assert "could not be reached" in page.inner_text("#log .failed")
    assert len(cards(page)) == 4
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()
    page.click("#log .failed button")
    answered(page)
    assert len(cards(page)) == 1
    assert all("ERR_INTERNET_DISCONNECTED" in said for said in page.complaints)
    page.complaints.clear()


def test_text_from_a_shopper_or_a_feed_never_becomes_markup(visit, own_url, shop):
    evil = "<img src=x onerror=alert(1)>"
    page = visit(own_url)
    page.on("dialog", lambda dialog: page.complaints.append(dialog.message))
    say(page, f"laptop {evil}")
    assert page.locator("#log .mine p").inner_text() == f"laptop {evil}"
    assert page.locator("#log img, #chips img").count() == 0


def test_readable_in_both_schemes(visit, own_url):
    for scheme in ("light", "dark"):
        page = visit(own_url, scheme=scheme)
        say(page, "laptop under 800")
        assert page.evaluate(CONTRASTS) == []


# Every visible text against the nearest opaque ground behind it: at least 4.5 to 1, or 3 to 1 where it is large.
CONTRASTS = """() => {
  const channels = (colour) => { const c = document.createElement("canvas").getContext("2d"); c.fillStyle = colour; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data]; };
  const light = (rgb) => { const [r, g, b] = rgb.map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = channels(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255]; };
  const weak = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !e.checkVisibility() || e.closest(".hidden, .skip")) continue;
    const style = getComputedStyle(e), a = light(channels(style.color).slice(0, 3)), b = light(ground(e).slice(0, 3));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) weak.push(`${e.className || e.tagName}: ${ratio.toFixed(2)}`);
  }
  return weak;
}"""


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_what_else_could_have_been_said_is_told_to_who_asks_for_it(visit, own_url, shots, size, language):
    page = visit(own_url, size=size, language=language)
    page.goto(f"{own_url}/?considered")
    page.wait_for_selector("#examples button")
    say(page, TALKS[language][0])
    told = page.locator("#log details.considered")
    assert (
        told.locator("summary").inner_text() == {"en": "Other answers considered", "zh": "考虑过的其他回答"}[language]
    )
    expect(told.locator("li").first).to_be_hidden()
    told.locator("summary").focus()
    page.keyboard.press("Enter")
    assert told.locator("li").count() == 2
    assert {"en": "chosen", "zh": "已选用"}[language] in told.locator("li[aria-current]").inner_text()
    assert "says nothing" in told.locator("li").nth(1).inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=shots / f"considered-{language}-{size}.png")
    page.reload()
    page.wait_for_selector("#log details.considered")


def test_a_shopper_who_does_not_ask_is_not_told_what_else_could_have_been_said(visit, own_url):
    page = visit(own_url)
    say(page, "a laptop under 500")
    assert page.locator(".considered").count() == 0


def test_a_returning_shopper_finds_what_is_picked_for_them(visit, url):
    page = visit(url)
    assert page.locator("#home .rail").count() == 0
    say(page, "I'm looking for a laptop")
    page.locator("#cards .title").nth(1).click()
    expect(page.locator("#detail .rail").first).to_be_visible()
    page.locator("#detail .close").click()
    page.click("#restart")
    page.reload()
    expect(page.locator("#home .rail .small").first).to_be_visible()


def test_a_card_opens_what_is_similar_and_what_goes_with_it(visit, url):
    page = visit(url)
    say(page, "I'm looking for a laptop")
    shown = page.locator("#cards .card").first.locator(".title").inner_text()
    page.locator("#cards .card").first.get_by_role("button", name=re.compile("^Similar")).click()
    rail = page.locator('#detail .rail[data-scene="similar"]')
    expect(rail).to_be_visible()
    titles = rail.locator(".title").all_inner_texts()
    assert titles
    assert shown not in titles
    rail.locator(".title").first.click()
    expect(page.locator("#detail-title")).to_have_text(titles[0])


def test_who_does_not_want_a_history_has_none(visit, url):
    page = visit(url)
    told = []
    page.on(
        "request", lambda request: told.append(request) if request.url.endswith(("/v1/clicks", "/v1/chat")) else None
    )
    page.get_by_role("button", name="Use my history").click()
    expect(page.locator("#history")).to_have_attribute("aria-pressed", "false")
    say(page, "I'm looking for a laptop")
    page.locator("#cards .title").first.click()
    expect(page.locator("#detail .rail").first).to_be_visible()
    page.locator("#detail .close").click()
    [chat] = told
    assert chat.post_data_json["personal"] is False
    assert "user_id" not in chat.post_data_json
    page.click("#restart")
    page.reload()
    expect(page.locator("#kinds")).to_be_attached()
    expect(page.locator("#history")).to_have_attribute("aria-pressed", "false")
    assert page.locator("#home .rail").count() == 0


CURRENCIES = ("EUR", "USD", "GBP", "CNY", "JPY", "TWD", "HUF", "CHF", "KWD", "SEK", "INR", "KRW")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_each_of_ten_thousand_amounts_as_it_is(visit, url, language):
    """Whatever digits a currency has by habit: a litre of 1.859 is not 1.86, and half a forint is no whole one."""
    page, dice = visit(url, language=language), random.Random(15)
    amounts = [Decimal(dice.randint(1, 10 ** dice.randint(1, 9))).scaleb(-dice.randint(0, 3)) for _ in range(10_000)]
    prices = [{"amount": float(amount), "currency": dice.choice(CURRENCIES)} for amount in amounts]
    shown = page.evaluate("async (prices) => prices.map((await import('/page/words.js')).price)", prices)
    told = [Decimal(re.sub(r"[^\d.]", "", text)) for text in shown]
    assert [pair for pair in zip(amounts, told, strict=True) if pair[0] != pair[1]] == []
