"""How large is the house? Lines, modules, folders, start times, the files that one turn enters, the size of an install.

    python benchmarks/house.py                      a demo shop, made and loaded first (a minute)
    python benchmarks/house.py --shop shops/icecat  an open shop folder
    python benchmarks/house.py --install            also what `pip install .` puts into a fresh environment (minutes)
    python benchmarks/house.py --rules              nothing but the rules that `make check` holds

The exit status is 1 where a bar is missed.
"""

import argparse
import re
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).parents[1]
SERVING = ROOT / "src" / "daogou"
PARTS = {"serving": SERVING, "evals": ROOT / "evals", "training": ROOT / "training"}
CONSTRAINTS = ROOT / "constraints.txt"
BARS = {
    "lines, serving": 22_000,
    "lines, all": 30_000,
    "modules, serving": 220,
    "files in the fullest folder": 15,
    "lines of guide.py": 120,
    "modules over 350 lines": 0,
    "--version, seconds": 0.3,
    "--help, seconds": 0.3,
    "files entered in one turn": 40,
    "site-packages, MB": 450,
}
RULES = ("files in the fullest folder", "lines of guide.py", "modules over 350 lines")
MESSAGE = "I want to buy a new laptop under 900 euros, at least 16 GB, not black"
LONG = 350
STARTS = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shop", type=Path)
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--rules", action="store_true")
    given = parser.parse_args()
    figures = dict(sizes())
    if given.rules:
        return _told({name: figures[name] for name in RULES})
    figures |= {f"{option}, seconds": start_seconds(option) for option in ("--version", "--help")}
    with tempfile.TemporaryDirectory() as folder:
        entered = files_entered(given.shop or _demo(Path(folder)))
        figures["files entered in one turn"] = len(entered)
        if given.install:
            figures["site-packages, MB"] = install_megabytes(Path(folder) / "venv")
    status = _told(figures)
    print("entered:", ", ".join(f"{part} {count}" for part, count in Counter(map(_folder, entered)).most_common()))
    return status


def sizes() -> Iterator[tuple[str, float]]:
    """Lines and modules of each part, the fullest folder, what is long."""
    modules = {part: sorted(folder.rglob("*.py")) for part, folder in PARTS.items()}
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for paths in modules.values() for path in paths}
    for part, paths in modules.items():
        yield f"lines, {part}", sum(lines[path] for path in paths)
    yield "lines, all", sum(lines.values())
    for part, paths in modules.items():
        yield f"modules, {part}", len(paths)
    yield "modules under 60 lines, serving", sum(lines[path] < 60 for path in modules["serving"])
    folders = Counter(path.parent for paths in modules.values() for path in paths if path.name != "__init__.py")
    fullest = max(folders.values())
    yield "files in the fullest folder", fullest
    yield "folders with more than 15 files", sum(count > 15 for count in folders.values())
    yield "lines of guide.py", lines[SERVING / "guide.py"]
    yield f"modules over {LONG} lines", sum(count > LONG for count in lines.values())


def start_seconds(option: str) -> float:
    """The median of some starts of the command line."""
    return statistics.median(_seconds([sys.executable, "-m", "daogou", option]) for _ in range(STARTS))


def files_entered(shop: Path) -> set[Path]:
    """Files of daogou in which some function runs, in the calling thread, for one message to an open, warm shop."""
    from daogou.app import open_shop

    entered: set[Path] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            path = Path(frame.f_code.co_filename)
            if path.is_relative_to(SERVING):
                entered.add(path.relative_to(SERVING))

    with open_shop(shop) as opened:
        opened.guide.answer(MESSAGE)
        sys.setprofile(note)
        opened.guide.answer(MESSAGE)
        sys.setprofile(None)
    return entered


def install_megabytes(folder: Path) -> float:
    """What a fresh environment holds after `pip install .`, without pip itself."""
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "pip"), "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "-c", str(CONSTRAINTS), str(ROOT)], check=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    files = (path for path in packages.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_blocks * 512 for path in files if not _is_pip(path.relative_to(packages))) / 1e6


def _is_pip(path: Path) -> bool:
    return re.match(r"pip\b|setuptools\b|pkg_resources\b", path.parts[0]) is not None


def _told(figures: Mapping[str, float]) -> int:
    """Print the figures; 1 where a bar is missed."""
    for name, figure in figures.items():
        bar = f"   (at most {BARS[name]:g})" if name in BARS else ""
        print(f"{name:32} {figure:10,.2f}".removesuffix(".00") + bar)
    return int(any(figures[name] > bar for name, bar in BARS.items() if name in figures))


def _demo(folder: Path) -> Path:
    command = [sys.executable, "-m", "daogou", "demo", "--only-load", "--folder", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder / "shop"


def _seconds(command: Sequence[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _folder(path: Path) -> str:
    return path.parts[0] if len(path.parts) > 1 else path.name


if __name__ == "__main__":
    sys.exit(main())
