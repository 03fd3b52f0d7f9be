"""Where a second reader may be: on this machine or in a private network, nowhere else.

The name is resolved once, every address it has is checked, and later calls go to these addresses and not to the name:
whoever answers for the name afterwards cannot send the material elsewhere.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from mingcha.pipeline.errors import UsageError

# loopback [RFC 1122, 4291], private use [RFC 1918], link-local [RFC 3927, 4291], unique local [RFC 4193]
_BLOCKS = "127.0.0.0/8 ::1/128 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 fe80::/10 fc00::/7"
_PRIVATE = tuple(map(ipaddress.ip_network, _BLOCKS.split()))
_PORTS = {"http": 80, "https": 443}
_REMEDY = "第二读者只能在本机或本单位的内部网络，如 http://127.0.0.1:8080/v1；不用第二读者就去掉 --reader"


@dataclass(frozen=True, slots=True)
class ReaderAddress:
    """Where a second reader answers: ``host`` as written, ``path`` of its interface, and the checked addresses."""

    secure: bool
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


def address_of(url: str) -> ReaderAddress:
    """Return the checked address that *url* names; raise ``UsageError`` where it is none, or not a private one.

    >>> address_of("http://127.0.0.1:8080/v1/")
    ReaderAddress(secure=False, host='127.0.0.1', port=8080, path='/v1', addresses=('127.0.0.1',))
    """
    parts, port = _parted(url)
    host = parts.hostname or ""
    addresses = _resolved(url, host, port)
    outside = [address for address in addresses if not is_private(address)]
    if outside:
        raise _refused(url, f"{host} 的地址 {'、'.join(outside)} 不是本机或内部网络的地址，材料会送到外面")
    return ReaderAddress(parts.scheme == "https", host, port, parts.path.rstrip("/"), addresses)


def is_private(address: str) -> bool:
    """Tell whether *address* is of this machine or of a private network.

    >>> [is_private(one) for one in ("127.0.0.1", "192.168.3.4", "::ffff:10.0.0.1", "fd00::1", "8.8.8.8", "0.0.0.0")]
    [True, True, True, True, False, False]
    """
    told = ipaddress.ip_address(address.partition("%")[0])
    mapped = told.ipv4_mapped if isinstance(told, ipaddress.IPv6Address) else None
    return any((mapped or told) in network for network in _PRIVATE if network.version == (mapped or told).version)


def _parted(url: str) -> tuple[SplitResult, int]:
    """Return the parts of *url* and its port."""
    try:
        parts = urlsplit(url.strip())
        port = _PORTS.get(parts.scheme) if parts.port is None else parts.port
    except ValueError as error:
        raise _refused(url, "这不是一个网址") from error
    if port is None or not parts.hostname:
        raise _refused(url, "网址应以 http:// 或 https:// 开头，后面是主机")
    if parts.username is not None or parts.password is not None:
        raise _refused(url, "网址里写了用户名或口令，会留在命令记录里")
    if parts.query or parts.fragment:
        raise _refused(url, "网址里有 ? 或 # 后面的部分")
    if not parts.path.isascii() or not parts.path.isprintable() or " " in parts.path:
        raise _refused(url, "网址里有空格或汉字")
    return parts, port


def _resolved(url: str, host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _refused(url, f"查不到主机 {host} 的地址") from error
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


def _refused(url: str, cause: str) -> UsageError:
    return UsageError(f"--reader “{url}”不能用：{cause}。{_REMEDY}。")
