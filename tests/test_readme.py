"""What README.md and CONTRIBUTING.md promise is there."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daogou.cli import app

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "CONTRIBUTING.md")
COMMAND = re.compile(r"^ {4}daogou ((?:learn |evaluate |models )?[a-z-]+)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]+)\)")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page):
    links = LINK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("command", sorted(set(COMMAND.findall((ROOT / "README.md").read_text(encoding="utf-8")))))
def test_every_command_is_one(command):
    assert CliRunner().invoke(app, [*command.split(), "--help"]).exit_code == 0
