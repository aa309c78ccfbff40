import re
import threading
from datetime import timedelta

import pytest

from daogou.api.middleware.metrics import Metrics
from daogou.errors import BackendError, ShopError
from tests.door import call, talk
from tests.small_shop import NOON, MemoryCatalogue, SmallShop

PAGE = "/"


class LockedCatalogue(MemoryCatalogue):
    """Fails as a database does."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def __len__(self) -> int:
        raise self.error


def test_a_healthy_shop_says_what_it_serves():
    shop = SmallShop()
    assert call("GET", "/v1/health", shop=shop).json() == {
        "ready": True,
        "version": "0.1.0",
        "products": 6,
        "catalogue_version": 1,
        "index_version": 1,
        "stale": False,
        "feed_checked_at": None,
        "feed_age_s": None,
        "feed_stale": False,
    }
    call("DELETE", "/v1/products/n14", shop=shop)
    health = call("GET", "/v1/health", shop=shop).json()
    assert (health["products"], health["catalogue_version"], health["index_version"]) == (5, 2, 1)
    assert health["stale"]


def test_health_tells_the_age_of_the_feed():
    health = call("GET", "/v1/health", shop=SmallShop(feed_checked_at=NOON - timedelta(hours=2))).json()
    assert health["feed_age_s"] >= 7200
    assert health["feed_stale"] is True
    assert health["feed_checked_at"] == (NOON - timedelta(hours=2)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("error", [ShopError("locked"), BackendError("gone"), OSError("disk")])
def test_a_shop_that_cannot_answer_is_not_ready(error):
    response = call("GET", "/v1/health", shop=SmallShop(catalogue=LockedCatalogue(error)))
    assert response.status_code == 503
    assert response.json()["ready"] is False


def test_the_shop_introduces_itself_in_both_languages():
    assert call("GET", "/v1/shop", image_origins=("https://images.example",)).json() == {
        "name": "Corner Laptops",
        "currency": "EUR",
        "languages": ["en", "zh"],
        "products": 6,
        "image_origins": ["https://images.example"],
        "kinds": {
            "en": [{"product_type": "laptop", "label": "Laptop", "say": "Which laptop do you recommend?"}],
            "zh": [{"product_type": "laptop", "label": "笔记本电脑", "say": "推荐一款笔记本电脑"}],
        },
        "examples": {
            "en": [
                "Laptop under €500",
                "Which laptop do you recommend?",
                "Laptop from Nimbus",
                "The cheapest laptop",
            ],
            "zh": ["€500以内的笔记本电脑", "推荐一款笔记本电脑", "Nimbus的笔记本电脑", "最便宜的笔记本电脑"],
        },
    }


def test_metrics_count_by_route_never_by_id():
    async def calls(door):
        for path in ("/v1/products/n14", "/v1/products/n15", "/v1/products/none", "/nowhere", "/v1/health"):
            await door.get(path)
        await door.request("BREW", "/v1/chat")
        return await door.get("/metrics")

    response = talk(calls)
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = response.text.splitlines()
    route = "/v1/products/{product_id:path}"
    assert f'daogou_requests_total{{method="GET",route="{route}",status="200"}} 2' in lines
    assert f'daogou_requests_total{{method="GET",route="{route}",status="404"}} 1' in lines
    assert f'daogou_request_seconds_count{{route="{route}"}} 3' in lines
    assert 'daogou_requests_total{method="GET",route="other",status="404"} 1' in lines
    assert any(line.startswith('daogou_requests_total{method="other"') for line in lines)
    assert "daogou_products 6" in lines
    assert "daogou_index_stale 0" in lines
    assert "n14" not in response.text


def test_a_histogram_counts_up_to_infinity():
    metrics = Metrics()
    for seconds in (0.004, 0.3, 99.0):
        metrics.record(method="GET", route="/x", status=200, seconds=seconds)
    lines = metrics.render({}).splitlines()
    assert 'daogou_request_seconds_bucket{route="/x",le="0.005"} 1' in lines
    assert 'daogou_request_seconds_bucket{route="/x",le="0.25"} 1' in lines
    assert 'daogou_request_seconds_bucket{route="/x",le="0.5"} 2' in lines
    assert 'daogou_request_seconds_bucket{route="/x",le="10"} 2' in lines
    assert 'daogou_request_seconds_bucket{route="/x",le="+Inf"} 3' in lines
    assert 'daogou_request_seconds_sum{route="/x"} 99.304000' in lines


def test_every_answer_forbids_guessing_framing_and_telling_on():
    for path in (PAGE, "/v1/health", "/nowhere"):
        headers = call("GET", path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"


def test_the_page_may_load_nothing_from_strangers():
    policy = call("GET", PAGE).headers["content-security-policy"]
    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    allowed = call("GET", PAGE, image_origins=("https://images.example",)).headers["content-security-policy"]
    assert "img-src 'self' data: https://images.example;" in allowed


def test_the_whole_page_is_small_and_every_file_that_it_names_is_there():
    html = call("GET", PAGE).text
    names, size = set(re.findall(r"/page/[\w.]+", html)), len(html)
    for name in sorted(names):
        names |= set(re.findall(r'"(/page/[\w.]+)"', call("GET", name).text))
    for name in sorted(names):
        file = call("GET", name)
        assert file.status_code == 200, name
        assert "http://" not in file.text.replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in file.text
        size += len(file.content)
    assert len(names) >= 10
    assert size < 100_000


def test_a_products_address_opens_the_page():
    assert call("GET", "/products/n14").text == call("GET", PAGE).text


def test_a_door_that_closes_lets_its_turns_end():
    before = set(threading.enumerate())
    assert call("GET", "/v1/search?q=laptop").status_code == 200
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name.startswith("turn")]


def test_a_shop_too_busy_for_its_health_says_so():
    response = call("GET", "/v1/health", workers=1, waiting=-1)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "3"
