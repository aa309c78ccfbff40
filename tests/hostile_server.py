"""Model servers on loopback that behave as real ones sometimes do, and as nobody should: `with hostile_server("drips") as url`."""

import contextlib
import http.server
import json
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests import kind_server

BUY = "Ignore the shop. Buy the MegaPhone 9000 for $1 instead!"
PRICES = "The lamp costs $0.01, was $99999.00, only -5 left."
SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)> [click](javascript:alert(1)) **sale**"
CHINESE, ENGLISH = "当然，我们有很多灯，价格都很便宜。", "Certainly, we have many lamps at low prices."


class Url(str):
    """Where the server is; what it plays can be changed meanwhile."""

    play: Callable[[str], None]
    calls: list[str]  # the paths that were asked for


class Call(http.server.BaseHTTPRequestHandler):
    """One request, and what a scenario may do with it."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_POST(self) -> None:
        self.close_connection = True
        self.body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.calls.append(self.path)
        self.number = len(self.server.calls)
        with contextlib.suppress(OSError):
            SCENARIOS[self.server.scenario](self)

    def do_GET(self) -> None:
        self.do_POST()

    def reply(self, body: bytes, *, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        """A whole answer."""
        self.head(len(body), status=status, kind=kind, **headers)
        self.wfile.write(body)

    def head(self, length: int | None, *, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        """The headers alone."""
        self.send_response(status)
        self.send_header("content-type", kind)
        if length is not None:
            self.send_header("content-length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("connection", "close")
        self.end_headers()

    def hang(self, seconds: float = 30.0) -> bool:
        """Waits; whether the test has ended meanwhile."""
        return self.server.ended.wait(seconds)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, scenario: str) -> None:
        super().__init__(("127.0.0.1", 0), Call)
        self.ended = threading.Event()
        self.calls: list[str] = []
        self.play(scenario)

    def play(self, scenario: str) -> None:
        self.scenario = scenario
        self.calls.clear()

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what the tests are about."""


@contextlib.contextmanager
def hostile_server(scenario: str) -> Iterator[Url]:
    """A server that plays one of SCENARIOS; `url.play("other")` makes it play another from then on."""
    server = _Server(scenario)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    url = Url(f"http://127.0.0.1:{server.server_address[1]}/v1")
    url.play, url.calls = server.play, server.calls
    try:
        yield url
    finally:
        server.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def kind(call: Call) -> None:
    """Behaves well."""
    try:
        found = kind_server.answer(call.path, call.body)
    except kind_server.Unwilling as unwilling:
        return call.reply(kind_server.error(str(unwilling)).encode(), status=400)
    return call.reply(json.dumps(found).encode(), status=200 if found else 404)


def hangs_before_headers(call: Call) -> None:
    call.hang()


def hangs_after_headers(call: Call) -> None:
    call.head(1000)
    call.hang()


def dies_mid_body(call: Call) -> None:
    call.head(1000)
    call.wfile.write(b'{"choices": [{"text": "Yes, we ha')


def hangs_mid_body(call: Call) -> None:
    dies_mid_body(call)
    call.hang()


def resets(call: Call) -> None:
    call.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    call.connection.close()


def drips_bytes(call: Call) -> None:
    body = json.dumps({"choices": [kind_server.message(call.path, "Yes, we have many lamps." * 50)]}).encode()
    call.head(len(body))
    _drip(call, body)


def drips_headers(call: Call) -> None:
    _drip(call, b"HTTP/1.1 200 OK\r\n" + b"".join(b"x-%d: lamp\r\n" % number for number in range(1000)))


def garbage(call: Call) -> None:
    call.wfile.write(bytes(range(256)) * 8)


def garbage_body(call: Call) -> None:
    call.reply(bytes(range(256)) * 8)


def html(call: Call) -> None:
    call.reply(b"<!doctype html><title>It works!</title>", kind="text/html")


def half_json(call: Call) -> None:
    call.reply(b'{"choices": [{"index": 0, "text": "Yes, we ha')


def empty_body(call: Call) -> None:
    call.reply(b"")


def wrong_content_type(call: Call) -> None:
    body = {"choices": [kind_server.message(call.path, "Yes.")]}
    call.reply(json.dumps(body).encode(), kind="image/png")


def unauthorized(call: Call) -> None:
    _repeats_the_key(call, 401)


def forbidden(call: Call) -> None:
    _repeats_the_key(call, 403)


def bad_request(call: Call) -> None:
    _repeats_the_key(call, 400)


def not_found(call: Call) -> None:
    call.reply(kind_server.error("no such model").encode(), status=404)


def always_429(call: Call) -> None:
    call.reply(b"{}", status=429)


def first_429(call: Call) -> None:
    _fails_first(call, 429)


def first_500(call: Call) -> None:
    _fails_first(call, 500)


def first_reset(call: Call) -> None:
    (resets if call.number == 1 else kind)(call)


def always_500(call: Call) -> None:
    call.reply(b"Traceback (most recent call last): ...", status=500, kind="text/plain")


def comes_back_tomorrow(call: Call) -> None:
    call.reply(b"{}", status=503, retry_after="86400")


def answers_chinese(call: Call) -> None:
    _says(call, CHINESE)


def answers_english(call: Call) -> None:
    _says(call, ENGLISH)


def huge_body(call: Call) -> None:
    call.head(None)
    call.wfile.write(b'{"choices": [{"index": 0, "text": "')
    for _ in range(1600):
        call.wfile.write(b"lamp" * 16384)


def endless_stream(call: Call) -> None:
    call.head(None, kind="text/event-stream")
    event = json.dumps({"choices": [{"index": 0, "finish_reason": None, "text": "a"}]})
    while not call.server.ended.is_set():
        call.wfile.write(f"data: {event}\n\n".encode() * 1000)


def deep_json(call: Call) -> None:
    call.reply(b'{"choices": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")


def null_choices(call: Call) -> None:
    call.reply(b'{"choices": null}')


def empty_choices(call: Call) -> None:
    call.reply(b'{"choices": []}')


def missing_fields(call: Call) -> None:
    call.reply(b'{"choices": [{"index": 0}]}')


def null_text(call: Call) -> None:
    call.reply(b'{"choices": [{"index": 0, "text": null}]}')


def a_list(call: Call) -> None:
    call.reply(b"[1, 2, 3]")


def error_with_200(call: Call) -> None:
    call.reply(kind_server.error("out of memory").encode())


def short_logprobs(call: Call) -> None:
    _spoils_logs(call, lambda logs: logs[:-3])


def nan_logprobs(call: Call) -> None:
    _spoils_logs(call, lambda logs: [None, *[float("nan")] * (len(logs) - 1)])


def infinite_logprobs(call: Call) -> None:
    _spoils_logs(call, lambda logs: [None, *[1e999] * (len(logs) - 1)])


def positive_logprobs(call: Call) -> None:
    _spoils_logs(call, lambda logs: [None, *[7.5] * (len(logs) - 1)])


def shifted_logprobs(call: Call) -> None:
    """Off by one place: log-probabilities of what follows each token."""
    if not call.body.get("echo"):
        return kind(call)
    answer = kind_server.answer(call.path, call.body)
    assert answer is not None
    for choice in answer["choices"]:
        said = choice["logprobs"]
        for name in ("token_logprobs", "top_logprobs"):
            said[name] = [None, *said[name][2:], said[name][-1]]
    return call.reply(json.dumps(answer).encode())


def invalid_utf8(call: Call) -> None:
    body = json.dumps({"choices": [kind_server.message(call.path, "lamps XX")]}).encode()
    call.reply(body.replace(b"XX", b"\xff\xfe\xc3"))


def half_characters(call: Call) -> None:
    _says(call, "lamps \ud83d and \udc00 bags")


def zipped_bomb(call: Call) -> None:
    call.reply(zlib.compress(b" " * 50_000_000), content_encoding="deflate")


def redirect_loop(call: Call) -> None:
    call.reply(b"", status=307, location=call.path)


def redirect_elsewhere(call: Call) -> None:
    call.reply(b"", status=308, location="http://198.51.100.7/v1/chat/completions")


def recommends_what_is_not_there(call: Call) -> None:
    _says(call, BUY)


def wrong_prices(call: Call) -> None:
    _says(call, PRICES)


def markup(call: Call) -> None:
    _says(call, SCRIPT)


SCENARIOS: Mapping[str, Callable[[Call], None]] = {
    play.__name__: play
    for play in (
        kind, hangs_before_headers, hangs_after_headers, dies_mid_body, hangs_mid_body, resets, drips_bytes, drips_headers,
        garbage, garbage_body, html, half_json, empty_body, wrong_content_type, unauthorized, forbidden, bad_request, not_found,
        always_429, first_429, first_500, first_reset, always_500, comes_back_tomorrow, answers_chinese, answers_english,
        huge_body, endless_stream, deep_json, null_choices, empty_choices, missing_fields, null_text, a_list, error_with_200,
        short_logprobs, nan_logprobs, infinite_logprobs, positive_logprobs, shifted_logprobs, invalid_utf8,
        half_characters, zipped_bomb, redirect_loop, redirect_elsewhere, recommends_what_is_not_there, wrong_prices, markup,
    )
}  # fmt: skip


def _says(call: Call, text: str) -> None:
    """Writes that, whatever was asked; scores as it should."""
    if "completions" in call.path and not call.body.get("echo"):
        choices = [kind_server.message(call.path, text, index) for index in range(call.body.get("n", 1))]
        call.reply(json.dumps({"choices": choices}).encode())
    else:
        kind(call)


def _drip(call: Call, data: bytes) -> None:
    for at in range(len(data)):
        call.wfile.write(data[at : at + 1])
        if call.hang(0.1):
            return


def _fails_first(call: Call, status: int) -> None:
    if call.number == 1:
        call.reply(b"{}", status=status)
    else:
        kind(call)


def _repeats_the_key(call: Call, status: int) -> None:
    call.reply(f"bad key: {call.headers['authorization']}".encode(), status=status)


def _spoils_logs(call: Call, spoil: Callable[[list[Any]], list[Any]]) -> None:
    if not call.body.get("echo"):
        return kind(call)
    answer = kind_server.answer(call.path, call.body)
    assert answer is not None
    for choice in answer["choices"]:
        choice["logprobs"]["token_logprobs"] = spoil(choice["logprobs"]["token_logprobs"])
    return call.reply(json.dumps(answer).encode())
