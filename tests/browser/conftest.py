"""A shop's page in Debian's chromium. DAOGOU_TEST_URL names a running shop; without it, the small shop is opened."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn

from daogou.api.app import create_app
from daogou.api.state import AppOptions
from tests.small_shop import SmallShop

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
PATIENCE_S = 20


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def shop() -> SmallShop:
    """The small shop behind the page, for tests that break it on purpose."""
    return SmallShop()


@pytest.fixture
def own_url(shop: SmallShop) -> Iterator[str]:
    """A door of the small shop that this test alone goes through."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(create_app(shop, AppOptions()), port=port, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + PATIENCE_S
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """A running shop: the one that was named, or the small one."""
    return os.environ.get("DAOGOU_TEST_URL", "") or request.getfixturevalue("own_url")


@pytest.fixture(scope="package")
def browser() -> Iterator[object]:
    """Debian's chromium, or one that Playwright brought.

    Playwright's event loop runs in this thread until it is closed: later packages open loops of their own.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install 'daogou[browser]'")
    with playwright.sync_playwright() as driver:
        path = shutil.which("chromium") or driver.chromium.executable_path
        if not Path(path).exists():
            pytest.skip("no chromium: apt-get install chromium")
        opened = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: DAOGOU_TEST_SHOTS, or a temporary folder; never into the repository."""
    named = os.environ.get("DAOGOU_TEST_SHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("shots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def visit(browser: object, own_url: str) -> Iterator[Callable[..., object]]:
    """Open a page as a shopper does; afterwards the console must be clean and no stranger may have been asked.

    It stands on `own_url` so that pages close before their server does.
    """
    contexts, complaints = [], []

    def go(address: str, *, size: str = "desktop", language: str = "en", scheme: str = "light", **more: object):
        context = browser.new_context(
            viewport=SIZES[size], locale=LOCALES[language], color_scheme=scheme, has_touch=size == "phone", **more
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith(address) else None)
        page.goto(address)
        page.wait_for_selector("#examples button")
        page.complaints = complaints
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []
