"""Reading a backup: what was written whole is whole, and nothing else is."""

import tarfile
from pathlib import Path

import pytest

from omloop.backup.archive import LARGEST_OF_USTAR, header_of
from omloop.backup.manifest import known_migrations, refuse_newer
from omloop.backup.reading import check, opened, unpack
from omloop.backup.refusals import BackupRefused, CannotRead, FromNewer, NotWhole
from tests.backup import archives
from tests.backup.archives import Contents, contents, manifest, silent, write


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return write(tmp_path / "backup.tar", contents())


def unpacked(archive: Path, data: Path) -> Path:
    data.mkdir()
    with opened(archive) as (file, made):
        unpack(file, made, data, silent)
    return data


def test_what_was_written_is_read_back(whole: Path) -> None:
    assert check(whole, silent) == manifest()


def test_keys_and_files_come_to_their_place_for_their_owner_only(whole: Path, tmp_path: Path) -> None:
    data = unpacked(whole, tmp_path / "data")
    found = {str(path.relative_to(data)): path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert found == {name: text for name, text in contents() if name.startswith(("keys/", "files/"))}
    assert all(path.stat().st_mode & 0o077 == 0 for path in data.rglob("*"))


def test_archive_that_was_cut_off_anywhere_is_refused(whole: Path) -> None:
    data = whole.read_bytes()
    for length in archives.offsets(whole, 60):
        whole.write_bytes(data[:length])
        with pytest.raises(NotWhole):
            check(whole, silent)


def test_archive_with_one_changed_byte_is_refused_wherever_it_is(whole: Path) -> None:
    data = bytearray(whole.read_bytes())
    for place in [*archives.offsets(whole, 300), *range(1100)]:
        data[place] ^= 0x11
        whole.write_bytes(data)
        with pytest.raises((NotWhole, FromNewer)):
            check(whole, silent)
        data[place] ^= 0x11
    whole.write_bytes(data)
    assert check(whole, silent) == manifest()


def test_something_behind_the_end_is_refused(whole: Path) -> None:
    with whole.open("ab") as file:
        file.write(bytes(1))
    with pytest.raises(NotWhole, match="its end is not where it should be"):
        check(whole, silent)


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/cron.d/evil",
        "keys/../../evil",
        "keys/.ssh",
        "files/../keys/secret-key",
        f"files/{archives.ORGANISATION}/00/{'1' * 64}",
        f"files/{archives.ORGANISATION}/11/{'1' * 64}/more",
        "postgres/cluster/postgresql.conf",
        "omloop.lock",
    ],
)
def test_name_that_leads_elsewhere_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    entries = contents()
    archive = write(tmp_path / "evil.tar", [*entries[:2], (name, b"evil"), *entries[2:]])
    with pytest.raises(NotWhole, match="it has something that Omloop never writes"):
        unpacked(archive, tmp_path / "data")
    assert list((tmp_path / "data").iterdir()) == []
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_links_folders_and_devices_are_refused(whole: Path, tmp_path: Path, kind: bytes) -> None:
    info = tarfile.TarInfo("keys/secret-key")
    info.type, info.linkname, info.mode, info.mtime = kind, "/etc/passwd", 0o600, 1_790_000_000
    data = whole.read_bytes()
    end_of_manifest = 512 + -(-len(contents()[0][1]) // 512) * 512
    evil = info.tobuf(tarfile.USTAR_FORMAT)
    whole.write_bytes(data[:end_of_manifest] + evil + data[end_of_manifest:])
    with pytest.raises(NotWhole, match="it has something that Omloop never writes"):
        unpacked(whole, tmp_path / "data")
    assert list((tmp_path / "data").iterdir()) == []


def test_file_that_comes_twice_is_refused(tmp_path: Path) -> None:
    entries = contents()
    with pytest.raises(NotWhole, match="twice"):
        unpacked(write(tmp_path / "twice.tar", [*entries, entries[3]]), tmp_path / "data")


def test_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path) -> None:
    name, _ = contents()[3]
    entries = [*contents()[:3], (name, b"another invoice"), *contents()[4:]]
    with pytest.raises(NotWhole, match=f"{name} was changed"):
        check(write(tmp_path / "changed.tar", entries), silent)


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        (contents()[1:], "it does not begin with a manifest"),
        ([("manifest.json", b"{}"), *contents()[1:]], "its manifest can't be understood"),
        ([("manifest.json", b"no json"), *contents()[1:]], "its manifest can't be understood"),
        (contents()[:-1], "it has 2 files, and its manifest says 3"),
        ([contents()[0], *contents()[2:]], "it has not one database in it"),
        ([*contents()[:2], *contents()[1:]], "it has not one database in it"),
    ],
)
def test_archive_that_lacks_a_part_is_refused(tmp_path: Path, entries: Contents, fault: str) -> None:
    with pytest.raises(NotWhole, match=fault):
        check(write(tmp_path / "part.tar", entries), silent)


def test_key_that_was_replaced_along_with_nothing_else_is_named(whole: Path) -> None:
    whole.write_bytes(whole.read_bytes().replace(b"secret" + bytes(506), b"public" + bytes(506)))
    with pytest.raises(NotWhole, match="keys/secret-key was changed"):
        check(whole, silent)


@pytest.mark.parametrize("text", [b"", b"hello", b"\x1f\x8b" + bytes(2000), bytes(10240)])
def test_file_that_is_no_archive_is_refused_with_a_sentence(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(text)
    with pytest.raises(NotWhole, match="This is no whole backup"):
        check(path, silent)


def test_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="No such file or directory"):
        check(tmp_path / "gone.tar", silent)


def test_backup_of_a_newer_omloop_is_refused() -> None:
    refuse_newer(manifest())
    refuse_newer(manifest(omloop="0.0.9", migrations=("intake.0000_gone_since",)))
    with pytest.raises(FromNewer, match=r"Install Omloop 99\.1\.0 or newer"):
        refuse_newer(manifest(omloop="99.1.0"))


def test_backup_with_tables_that_this_omloop_does_not_know_is_refused() -> None:
    assert "intake.0001_initial" in known_migrations()
    with pytest.raises(FromNewer):
        refuse_newer(manifest(migrations=("intake.0001_initial", "intake.9999_from_tomorrow")))


def test_form_that_a_later_version_writes_is_refused_as_newer(tmp_path: Path) -> None:
    later = manifest().as_json().replace(b'"format": 1', b'"format": 2')
    with pytest.raises(FromNewer):
        check(write(tmp_path / "later.tar", [("manifest.json", later), *contents()[1:]]), silent)


def test_any_tar_reads_it_and_its_hashes_are_those_of_sha256sum(whole: Path) -> None:
    with tarfile.open(whole) as tar:
        names = tar.getnames()
        lines = tar.extractfile("SHA256SUMS")
        assert lines is not None
        sums = dict(reversed(line.split("  ", 1)) for line in lines.read().decode().splitlines())
    assert names == [*(name for name, _ in contents()), "SHA256SUMS"]
    assert list(sums) == names[:-1]
    assert sums["keys/secret-key"] == archives.sha256(b"secret").hexdigest()


def test_database_of_more_than_8_gb_fits_in_its_header() -> None:
    size = LARGEST_OF_USTAR + 1
    found = tarfile.TarInfo.frombuf(header_of("database.dump", size, 0), "ascii", "strict")
    assert (found.name, found.size, found.isreg()) == ("database.dump", size, True)


def test_every_refusal_is_for_the_operator_to_read(whole: Path) -> None:
    whole.write_bytes(whole.read_bytes()[:5000])
    with pytest.raises(BackupRefused) as refused:
        check(whole, silent)
    assert str(refused.value).startswith("This is no whole backup: ")
    assert str(refused.value).endswith("Take another one.")
