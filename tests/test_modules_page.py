"""The file tree of docs/modules.md is the disk's; `python tests/test_modules_page.py` writes it anew."""

import ast
from collections.abc import Iterator
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "modules.md"
SOURCES = [ROOT / "src" / "daogou", ROOT / "evals" / "daogou_evals", ROOT / "training" / "daogou_training"]
HEAD = """# Modules

Every module with the first sentence of its docstring. Read `guide.py` first. `python tests/test_modules_page.py` writes this page.

"""


def _page() -> str:
    return HEAD + "\n".join(["```", *(line for source in SOURCES for line in _lines(source)), "```"]) + "\n"


def _lines(source: Path) -> Iterator[str]:
    yield f"{source.relative_to(ROOT)}/"
    for path in _in_reading_order(source):
        depth = len(path.relative_to(source).parts)
        name = "  " * depth + (f"{path.name}/" if path.is_dir() else path.name)
        yield f"{name:<28} {_first_sentence(path)}".rstrip()


def _in_reading_order(source: Path) -> list[Path]:
    modules = [path for path in source.rglob("*.py") if not path.name.startswith("__")]
    packages = [path.parent for path in source.rglob("__init__.py") if path.parent != source]
    return sorted(modules + packages, key=partial(_place, source))


def _place(source: Path, path: Path) -> list[tuple[bool, bool, str]]:
    """The guide first, then folders before files, by name."""
    parts = path.relative_to(source).parts
    folders = [source.joinpath(*parts[: depth + 1]).is_dir() for depth in range(len(parts))]
    return [(part != "guide.py", not folder, part) for part, folder in zip(parts, folders, strict=True)]


def _first_sentence(path: Path) -> str:
    source = path / "__init__.py" if path.is_dir() else path
    doc = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return " ".join(doc.split("\n\n")[0].split())


def test_the_page_lists_every_module_with_its_own_first_sentence() -> None:
    assert PAGE.read_text(encoding="utf-8") == _page(), "the tree has changed; run: python tests/test_modules_page.py"


if __name__ == "__main__":
    PAGE.write_text(_page(), encoding="utf-8")
