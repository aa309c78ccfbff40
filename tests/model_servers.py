"""Two real model servers on loopback, with a checkpoint of ours: `transformers serve` and `llama_cpp.server`.

What they understand, as tried with transformers 5.24.0 and llama-cpp-python 0.3.36:

                          transformers serve                          llama_cpp.server
    text completions      yes; `prompt` one string                    yes; `prompt` one string
    sampling              only where generation_config.json says so   yes; top_k 40, top_p .95, min_p .05 unless told otherwise
    the same seed         the same text                               the same text
    n, logprobs, echo     ignored: one text, no log-probabilities     n ignored; `logprobs` with `echo`: those of the prompt too
    stop                  yes, and the stop stays in the text         yes, cut before it
    JSON schema           no (422 in completions, ignored in chat)    chat alone, `{"type": "json_object", "schema": ...}`;
                                                                      `json_schema` is refused (500), completions ignore both
    chat                  where the tokenizer has a template, else 500  yes, in Llama 2's form where the file has no template
    streaming             yes, without `[DONE]` at the end            yes, with `[DONE]`
    unknown fields        422                                         ignored
    another model's name  400                                         ignored
    first token           none put before the prompt                  `<|begin|>`, as the file says
    special tokens        parsed in prompts                           parsed in prompts
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

STARTS_WITHIN_S = 120  # importing torch on a busy machine takes its time


@dataclass(frozen=True, kw_only=True)
class ModelServer:
    """A server that answers."""

    url: str  # "http://127.0.0.1:PORT/v1"
    model: str  # as requests shall name it


@contextlib.contextmanager
def transformers_serve(folder: Path, *, chat_template: str = "") -> Iterator[ModelServer]:
    """That checkpoint behind `transformers serve` (needs the extra transformers[serving])."""
    with tempfile.TemporaryDirectory() as scratch:
        served = Path(shutil.copytree(folder, Path(scratch) / folder.name))
        _let_it_sample(served)
        if chat_template:
            (served / "chat_template.jinja").write_text(chat_template, "utf-8")
        port = _free_port()
        arguments = (
            "serve",
            str(served),
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--device",
            "cpu",
            "--dtype",
            "float32",
        )
        command = (str(Path(sys.executable).with_name("transformers")), *arguments)
        with _running(command, f"http://127.0.0.1:{port}/health"):
            yield ModelServer(url=f"http://127.0.0.1:{port}/v1", model=str(served))


@contextlib.contextmanager
def llama_cpp_server(file: Path, *, context: int = 128) -> Iterator[ModelServer]:
    """That GGUF file behind `llama_cpp.server` (needs the extra llama-cpp-python[server])."""
    port = _free_port()
    settings = {
        "model": str(file),
        "model_alias": file.stem,
        "host": "127.0.0.1",
        "port": str(port),
        "n_ctx": str(context),
        "n_threads": "1",
        "logits_all": "true",  # else there are no log-probabilities
        "interrupt_requests": "false",  # else a new request breaks off a stream
        "verbose": "false",
    }
    command = (
        sys.executable,
        "-m",
        "llama_cpp.server",
        *(part for name, value in settings.items() for part in (f"--{name}", value)),
    )
    with _running(command, f"http://127.0.0.1:{port}/v1/models"):
        yield ModelServer(url=f"http://127.0.0.1:{port}/v1", model=file.stem)


def _let_it_sample(folder: Path) -> None:
    """A temperature in a request is heard only if the checkpoint's own settings sample."""
    file = folder / "generation_config.json"
    settings = json.loads(file.read_text("utf-8")) if file.exists() else {}
    file.write_text(json.dumps({**settings, "do_sample": True}), "utf-8")


@contextlib.contextmanager
def _running(command: Sequence[str], answers_at: str) -> Iterator[None]:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
        try:
            _wait(server, answers_at)
            yield
        except TimeoutError as late:
            log.seek(0)
            raise TimeoutError(f"{late}:\n{log.read().decode('utf-8', 'replace')}") from None
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(server: "subprocess.Popen[bytes]", answers_at: str) -> None:
    ends = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < ends and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(answers_at, timeout=2):
            return
        time.sleep(0.2)
    raise TimeoutError(f"{server.args!r} did not answer")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
