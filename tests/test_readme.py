"""The README's file tree is the disk's; `python tests/test_readme.py` writes it anew."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SOURCE = ROOT / "src" / "daogou"
START, END = "<!-- tree -->\n```\n", "```\n<!-- /tree -->"


def _tree() -> str:
    lines = ["src/daogou/"]
    for path in _in_reading_order():
        depth = len(path.relative_to(SOURCE).parts)
        name = "  " * depth + (f"{path.name}/" if path.is_dir() else path.name)
        lines.append(f"{name:<28} {_first_sentence(path)}".rstrip())
    return "\n".join(lines) + "\n"


def _in_reading_order() -> list[Path]:
    modules = [path for path in SOURCE.rglob("*.py") if not path.name.startswith("__")]
    packages = [path.parent for path in SOURCE.rglob("__init__.py") if path.parent != SOURCE]
    return sorted(modules + packages, key=_place)


def _place(path: Path) -> list[tuple[bool, bool, str]]:
    """The guide first, then folders before files, by name."""
    parts = path.relative_to(SOURCE).parts
    folders = [SOURCE.joinpath(*parts[: depth + 1]).is_dir() for depth in range(len(parts))]
    return [(part != "guide.py", not folder, part) for part, folder in zip(parts, folders, strict=True)]


def _first_sentence(path: Path) -> str:
    source = path / "__init__.py" if path.is_dir() else path
    doc = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return " ".join(doc.split("\n\n")[0].split())


def test_the_readme_lists_every_module_with_its_own_first_sentence() -> None:
    text = README.read_text(encoding="utf-8")
    listed = text[text.index(START) + len(START) : text.index(END)]
    assert listed == _tree(), "the tree has changed; run: python tests/test_readme.py"


def _write() -> None:
    text = README.read_text(encoding="utf-8")
    README.write_text(text[: text.index(START) + len(START)] + _tree() + text[text.index(END) :], encoding="utf-8")


if __name__ == "__main__":
    _write()
