"""No web server or worker starts under a role that stands above the walls (architecture 3.2)."""

import os
import subprocess
import sys

import pytest

from tests.world import World

WORKER = [sys.executable, "-m", "omloop", "worker", "--once"]
WEB = [sys.executable, "-c", "import omloop.config.wsgi"]


@pytest.mark.parametrize("command", [WORKER, WEB], ids=["worker", "web"])
def test_a_process_with_the_owners_role_refuses_to_start(world: World, command: list[str]) -> None:
    above = {**os.environ, "DATABASE_URL": os.environ["DATABASE_OWNER_URL"]}
    ended = subprocess.run(command, env=above, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "omloop_owner owns tables" in ended.stderr


@pytest.mark.parametrize("command", [WORKER, WEB], ids=["worker", "web"])
def test_with_the_web_role_it_starts(world: World, command: list[str]) -> None:
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == 0
