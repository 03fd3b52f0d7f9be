"""What a database refused, in words that name the database, the cause and the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

UNSAFE_ADDRESS = (
    "数据库地址里写了口令，已拒绝使用：地址会留在命令记录和日志里。请去掉口令，把它写进口令文件后重试"
    "（Linux：用户主目录下的 .pgpass，权限设为 600；Windows：%APPDATA%\\postgresql\\pgpass.conf；"
    "每行格式为 主机:端口:数据库:用户:口令）。"
)
_REFUSED_LOGIN = (
    "不接受这个用户或口令。请核对地址里的用户名，并核对口令文件（.pgpass 或 pgpass.conf）中对应的一行；"
    "口令文件的权限须为 600。"
)
_NO_CONNECTION = "连接不上。请核对主机名和端口，确认服务器已启动、网络和防火墙允许连接，然后重试。"
_NOT_ALLOWED = "没有写入权限。请换一个可以写入的文件夹，或请管理员开通这个文件（数据库用户）的写入权限。"

# The first entry with a fragment in the database's own message gives the cause; servers may answer in Chinese.
_CAUSES = (
    (
        ("database is locked", "database is busy", "table is locked", "lock timeout", "deadlock"),
        "正被另一个程序占用，等待后仍未空出。请关闭正在使用它的程序（包括打开它的数据库工具），然后重试。",
    ),
    (
        ("not a database", "malformed", "file is encrypted"),
        "不是明察的数据库文件，或者已经损坏。文件没有被改动；请核对路径，或用备份恢复后重试。",
    ),
    (("must be owner", "必须是"), "只有数据表的所有者才能这样做，没有改动任何内容。请用所有者的用户执行。"),
    (("readonly", "read-only", "permission denied", "权限不够"), _NOT_ALLOWED),
    (("unable to open database",), "无法建立或打开。请确认路径正确，并且所在文件夹允许写入。"),
    (("disk is full", "no space left"), "所在磁盘已满，本次内容没有写入。请清理磁盘后重新运行。"),
    (
        ("disk i/o error",),
        "写入磁盘时出错，本次内容没有写入。磁盘可能已满、有大小限制、已断开或损坏；请检查后重新运行。",
    ),
    (("password", "authentication", "pg_hba", "口令", "认证", "role "), _REFUSED_LOGIN),
    (
        ("refused", "could not translate", "could not connect", "timeout", "timed out", "resolve", "connection failed"),
        _NO_CONNECTION,
    ),
    (("closed the connection", "connection is lost", "server closed", "terminating connection"), _NO_CONNECTION),
    (
        ("unique constraint", "duplicate key"),
        "出现了重复的编号，本次内容没有写入。同一材料中每条线索的编号必须各不相同；请把这条消息交给维护人员。",
    ),
)


def target_of(address: URL) -> str:
    """Return how messages call the database at *address*: the path of a file, or the address of a server."""
    return str(address.database) if address.get_backend_name() == "sqlite" else address.render_as_string()


def refusal(target: str, original: str) -> StoreError:
    """Return the error for a database at *target* (no password in it) that answered *original*.

    >>> print(refusal("out/mingcha.db", "database or disk is full"))
    数据库 out/mingcha.db 所在磁盘已满，本次内容没有写入。请清理磁盘后重新运行。
    """
    answer = original.strip()
    if 'database "' in answer and "does not exist" in answer:
        return StoreError(f"数据库 {target} 不存在。请管理员先建立这个数据库（编码 UTF-8），再重试。")
    for fragments, cause in _CAUSES:
        if any(fragment in answer.lower() for fragment in fragments):
            return StoreError(f"数据库 {target} {cause}")
    first_line = answer.splitlines()[0] if answer else "没有说明"
    return StoreError(f"数据库 {target} 拒绝了操作，本次内容没有写入。原话：{first_line}。请把这条消息交给维护人员。")
