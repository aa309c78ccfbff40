"""What a core install lacks is not missed: a shop is loaded and asked without one library of the extras."""

import subprocess
import sys
from pathlib import Path

EXTRAS = ("httpx2", "llama_cpp", "llguidance", "onnx", "onnxruntime", "pyarrow", "safetensors", "tokenizers", "torch", "transformers", "zstandard")  # fmt: skip
PROGRAM = f"""
import sys, warnings
for name in {EXTRAS}:
    sys.modules[name] = None  # importing it raises ModuleNotFoundError
from pathlib import Path
from daogou.app import load_shop, open_shop
from daogou.errors import MissingExtra
folder = Path(sys.argv[1])
load_shop(folder / "mice.csv", folder=folder / "shop")
with open_shop(folder / "shop") as shop:
    shown = shop.guide.answer("a mouse under 30 euros").response.recommendations
    print(*(one.product.id for one in shown))
for feed in ("mice.parquet", "mice.jsonl.zst"):
    try:
        load_shop(folder / feed, folder=folder / "other")
    except MissingExtra as missing:
        print(missing)
"""


def test_a_shop_answers_without_any_extra_and_says_which_one_a_feed_needs(tmp_path: Path) -> None:
    rows = "id,title,price\nm1,Wireless Mouse Pebble,24.90 EUR\nm2,Gaming Mouse Comet,59.00 EUR\n"
    (tmp_path / "mice.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "mice.parquet").write_bytes(b"PAR1" + bytes(8))
    (tmp_path / "mice.jsonl.zst").write_bytes(b"\x28\xb5\x2f\xfd" + bytes(8))
    run = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, text=True, check=False)
    assert run.stdout.splitlines() == [
        "m1",
        "pyarrow, which reads Parquet, is not installed; run: pip install 'daogou[formats]'",
        "zstandard, which unpacks .zst, is not installed; run: pip install 'daogou[formats]'",
    ], run.stderr
