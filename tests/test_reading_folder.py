"""Walking folders: order, odd names, links, loops."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from mingcha.pipeline.document import Failure
from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.reading.files import read
from mingcha.pipeline.reading.folder import list_files


def _fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def _names(folder: Path) -> list[str]:
    return [name for name, _ in list_files(folder)]


def test_names_come_in_one_order_across_folders(tmp_path: Path) -> None:
    names = ["a-b.txt", "a.txt", "a/b.txt", "a/c/d.txt", "a0.txt", "报告 一.txt", "附件/表😀.csv"]
    _fill(tmp_path, *reversed(names))
    assert _names(tmp_path) == sorted(names) == names


def test_an_empty_folder_has_no_files(tmp_path: Path) -> None:
    assert _names(tmp_path) == []


def test_lock_files_and_clutter_are_left_out_but_hidden_files_are_not(tmp_path: Path) -> None:
    _fill(tmp_path, "~$甲.docx", ".~lock.a.docx#", ".DS_Store", "Thumbs.db", ".hidden.txt", "a.txt")
    (tmp_path / "._a.txt").write_bytes(bytes.fromhex("00051607") + bytes(4092))
    assert _names(tmp_path) == [".hidden.txt", "a.txt"]


def test_documents_under_the_names_of_clutter_are_listed(tmp_path: Path) -> None:
    _fill(tmp_path, "~$夹/a.txt", "__MACOSX/b.txt", "._c.txt")
    (tmp_path / "~$d.txt").write_bytes(b"x" * 2000)
    assert _names(tmp_path) == ["._c.txt", "__MACOSX/b.txt", "~$d.txt", "~$夹/a.txt"]


def test_a_missing_folder_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"找不到文件夹“.*没有”。请检查路径是否写对"):
        list_files(tmp_path / "没有")


def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    _fill(tmp_path, "a.txt")
    with pytest.raises(UsageError, match="是文件，不是文件夹"):
        list_files(tmp_path / "a.txt")


def test_loops_of_links_end_and_no_folder_is_entered_twice(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    _fill(root, "a/one.txt")
    _fill(outside, "two.txt")
    (root / "a" / "loop").symlink_to(root)
    (root / "same").symlink_to(root / "a")
    (root / "x").symlink_to(outside)
    (root / "y").symlink_to(outside)
    (outside / "back").symlink_to(root)
    assert _names(root) == ["a/one.txt", "x/two.txt"]


def test_linked_files_are_read_and_broken_links_reported(tmp_path: Path) -> None:
    _fill(tmp_path, "a.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "c.txt").symlink_to(tmp_path / "gone.txt")
    (tmp_path / "d.txt").symlink_to(tmp_path / "d.txt")
    listed = dict(list_files(tmp_path))
    assert list(listed) == ["a.txt", "b.txt", "c.txt", "d.txt"]
    failures = [read(path, name)[0] for name, path in listed.items()][2:]
    assert [isinstance(item, Failure) and item.kind for item in failures] == ["unreadable", "unreadable"]
    assert "链接指向的文件已经不在" in failures[0].message  # type: ignore[union-attr]
    assert "互相指向" in failures[1].message  # type: ignore[union-attr]


def test_undecodable_names_become_readable_and_stay_unique(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path)
    for name in ("报告.txt".encode(), "报告.txt".encode("gbk"), b"\xff.txt", "局".encode("gbk") + b"/a.txt"):
        os.makedirs(os.path.dirname(raw + b"/" + name), exist_ok=True)
        with open(raw + b"/" + name, "w") as file:
            file.write("内容")
    listed = dict(list_files(tmp_path))
    assert list(listed) == ["\\xff.txt", "局/a.txt", "报告.txt", "报告.txt (2)"]
    assert all(path.exists() and name.encode() for name, path in listed.items())


def test_pipes_are_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert _names(tmp_path) == []
    (failure,) = read(tmp_path / "pipe", "pipe")
    assert isinstance(failure, Failure)
    assert failure.kind == "unreadable"


@pytest.mark.skipif(os.name == "nt", reason="permissions are different there")
def test_a_folder_without_permission_becomes_a_failure() -> None:
    # Outside pytest's own folder, which is closed to the user that root changes into here.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _fill(folder, "closed/a.txt", "open/b.txt")
        folder.chmod(0o755)
        (folder / "closed").chmod(0)
        privileged = os.geteuid() == 0
        if privileged:
            os.seteuid(65534)
        try:
            listed = dict(list_files(folder))
            (failure,) = read(listed["closed"], "closed")
        finally:
            if privileged:
                os.seteuid(0)
            (folder / "closed").chmod(0o755)
    assert list(listed) == ["closed", "open/b.txt"]
    assert isinstance(failure, Failure)
    assert failure.kind == "unreadable"
    assert failure.message.startswith("“closed”：没有读取权限。请检查")


def test_folders_are_listed_one_at_a_time(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number:03}").mkdir()
        (tmp_path / f"{number:03}" / "a.txt").touch()
    listing = list_files(tmp_path)
    assert next(listing)[0] == "000/a.txt"
    (tmp_path / "299" / "b.txt").touch()
    assert [name for name, _ in listing][-1] == "299/b.txt"
