"""A first start, the next ones, and what is promised about server, roles and settings."""

import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from omloop.postgres.cluster import Cluster, connect_or_start
from omloop.postgres.errors import AlreadyRunning, CannotStart

Hold = Callable[[Path], tuple[subprocess.Popen[str], str]]


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def tell(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def socket_folder(cluster: Cluster) -> Path:
    return Path(parse_qs(urlsplit(cluster.web_url).query)["host"][0])


def test_first_start_makes_a_database_and_the_second_finds_its_rows(data: Path) -> None:
    with Cluster(data) as cluster:
        tell(
            cluster.owner_url, "CREATE TABLE invoice (number text)", "INSERT INTO invoice VALUES ('2026-001')"
        )
    with Cluster(data) as cluster:
        assert ask(cluster.owner_url, "SELECT number FROM invoice") == "2026-001"


def test_server_is_as_promised(cluster: Cluster) -> None:
    promised = {
        "listen_addresses": "",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
        "jit": "off",
        "max_connections": "60",
        "unix_socket_permissions": "0700",
    }
    for name, value in promised.items():
        assert ask(cluster.web_url, f"SELECT current_setting('{name}')") == value, name
    assert ask(cluster.web_url, "SELECT datcollate FROM pg_database WHERE datname = 'omloop'") == "C"
    rules = "SELECT string_agg(DISTINCT type || ' ' || auth_method, ', ') FROM pg_hba_file_rules"
    assert ask(cluster.superuser_url, rules) == "host reject, local trust"


def test_only_tests_may_do_without_fsync(data: Path) -> None:
    with Cluster(data, durable=False) as cluster:
        assert ask(cluster.web_url, "SHOW fsync") == "off"
    with Cluster(data) as cluster:
        assert ask(cluster.web_url, "SHOW fsync") == "on"


def test_settings_of_the_administrator_win_and_stay(data: Path) -> None:
    with Cluster(data, durable=False) as cluster:
        conf = cluster.files / "postgresql.conf"
    conf.write_text(conf.read_text() + "work_mem = 32MB\nmax_connections = 70\n")
    with Cluster(data, durable=False) as cluster:
        assert ask(cluster.web_url, "SHOW work_mem") == "32MB"
        assert ask(cluster.web_url, "SHOW max_connections") == "70"


@pytest.mark.parametrize("role", ["omloop_owner", "omloop_web"])
def test_neither_role_can_pass_the_walls(cluster: Cluster, role: str) -> None:
    question = (
        "SELECT rolcanlogin AND NOT (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb "
        f"OR rolreplication) FROM pg_roles WHERE rolname = '{role}'"
    )
    assert ask(cluster.superuser_url, question) is True
    memberships = f"SELECT count(*) FROM pg_auth_members WHERE member = '{role}'::regrole"
    assert ask(cluster.superuser_url, memberships) == 0


def test_owner_owns_the_database_and_the_web_role_nothing(cluster: Cluster) -> None:
    owner = "SELECT datdba::regrole::text FROM pg_database WHERE datname = 'omloop'"
    assert ask(cluster.superuser_url, owner) == "omloop_owner"
    owned = "SELECT count(*) FROM pg_shdepend WHERE refobjid = 'omloop_web'::regrole AND deptype = 'o'"
    assert ask(cluster.superuser_url, owned) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE TEMP TABLE mine (id int)",
        "SET ROLE omloop_owner",
    ],
)
def test_web_role_can_make_nothing_and_become_nobody(cluster: Cluster, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        tell(cluster.web_url, statement)


def test_rights_that_crept_in_are_taken_back_at_the_next_start(data: Path) -> None:
    with Cluster(data, durable=False) as cluster:
        tell(cluster.superuser_url, "ALTER ROLE omloop_web BYPASSRLS SUPERUSER")
    with Cluster(data, durable=False) as cluster:
        asked = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = 'omloop_web'"
        assert ask(cluster.superuser_url, asked) is False


def test_second_cluster_in_the_same_process_is_refused(cluster: Cluster) -> None:
    with pytest.raises(AlreadyRunning):
        Cluster(cluster.data).start()
    assert ask(cluster.web_url, "SELECT 1") == 1


def test_second_process_is_refused_and_told_who_runs(data: Path, hold: Hold) -> None:
    holder, url = hold(data)
    with pytest.raises(AlreadyRunning, match=rf"process {holder.pid}\b.*OMLOOP_DATA"):
        Cluster(data).start()
    assert ask(url, "SELECT 1") == 1


def test_short_command_uses_the_running_server_and_leaves_it_running(data: Path, hold: Hold) -> None:
    _, url = hold(data)
    server = ask(url, "SELECT pg_postmaster_start_time()")
    with connect_or_start(data) as cluster:
        assert ask(cluster.superuser_url, "SELECT pg_postmaster_start_time()") == server
    assert ask(url, "SELECT 1") == 1


def test_short_command_starts_a_server_and_stops_it(data: Path) -> None:
    with connect_or_start(data) as cluster:
        url = cluster.web_url
        assert ask(url, "SELECT 1") == 1
    with pytest.raises(psycopg.OperationalError):
        ask(url, "SELECT 1")


def test_stop_ends_the_server_although_somebody_is_connected(data: Path) -> None:
    cluster = Cluster(data, durable=False)
    cluster.start()
    with psycopg.connect(cluster.web_url):
        began = time.monotonic()
        cluster.stop()
        assert time.monotonic() - began < 10
    assert not (cluster.files / "postmaster.pid").exists()


def test_socket_is_in_the_data_folder_and_closed(open_folder: Path) -> None:
    with Cluster(open_folder / "data", durable=False) as cluster:
        folder = socket_folder(cluster)
        assert folder == open_folder / "data" / "postgres" / "socket"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / ".s.PGSQL.5432").stat().st_mode) == 0o700


def test_long_path_gets_a_short_closed_folder_that_is_removed(tmp_path: Path) -> None:
    data = tmp_path / "een-map-met-een-lange-naam" / "vestiging-'s-Hertogenbosch, magazijn" / "gegevens"
    with Cluster(data, durable=False) as cluster:
        folder = socket_folder(cluster)
        assert len(str(folder / ".s.PGSQL.5432").encode()) <= 90
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert ask(cluster.web_url, "SELECT 1") == 1
    assert not folder.exists()


def test_short_folder_of_a_killed_holder_is_removed(tmp_path: Path, hold: Hold) -> None:
    data = tmp_path / ("lange-naam-" * 9)
    holder, url = hold(data)
    holder.kill()
    holder.wait()
    left = Path(parse_qs(urlsplit(url).query)["host"][0])
    assert left.exists()
    with Cluster(data, durable=False) as cluster:
        assert socket_folder(cluster) != left
        assert not left.exists()


@pytest.mark.parametrize("name", ["vestiging 's-Hertogenbosch", "a,b", 'a"b', "Zoë & co", "50%"])
def test_any_name_of_a_folder_will_do(tmp_path: Path, name: str) -> None:
    with Cluster(tmp_path / name, durable=False) as cluster:
        assert ask(cluster.web_url, "SELECT 1") == 1


def test_files_of_another_version_are_refused_with_a_way_out(data: Path) -> None:
    with Cluster(data, durable=False) as cluster:
        version = cluster.files / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(CannotStart, match=r"made by PostgreSQL 17.*brings 18.*backup"):
        Cluster(data).start()


def test_mistake_in_the_settings_is_told_and_leaves_nothing_running(data: Path) -> None:
    with Cluster(data, durable=False) as cluster:
        conf = cluster.files / "postgresql.conf"
    conf.write_text(conf.read_text() + "shared_buffers = veel\n")
    with pytest.raises(CannotStart, match="shared_buffers"):
        Cluster(data).start()
    conf.write_text(conf.read_text().replace("shared_buffers = veel\n", ""))
    with Cluster(data, durable=False) as cluster:
        assert ask(cluster.web_url, "SELECT 1") == 1
