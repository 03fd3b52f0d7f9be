"""Header lines of mails as Chinese programs write them: bare bytes, GBK words that call themselves GB2312."""

from __future__ import annotations

import base64
import re
from email.policy import EmailPolicy
from typing import TYPE_CHECKING

from mingcha.pipeline.reading.encodings import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

_GB = re.compile(r"(?<==\?)gb(?:2312|k)(?=[?*])|(?<==)gb(?:2312|k)(?=')", re.IGNORECASE)
_IN_A_ROW = re.compile(r"=\?([^?\s]+)\?([bq])\?([^?\s]*)\?=\s+=\?\1\?\2\?([^?\s]*)\?=", re.IGNORECASE)
_BARE = re.compile("[\udc80-\udcff]")


class _MailPolicy(EmailPolicy):
    """How mails are parsed: as the standard says, after what Chinese programs do differently was put right."""

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        """Return the name and value of a header as its lines give them."""
        name, value = super().header_source_parse(list(sourcelines))
        return name, mend_header(value)


def mend_header(value: str) -> str:
    """Return a header with bare bytes decoded, and with encoded words that the standard decoder reads without loss.

    A character may be cut in two by the end of an encoded word, and GB2312 lacks characters that many names have.

    >>> mend_header("=?gb2312?B?1tC5?= =?gb2312?B?+g==?=")
    '=?gb18030?B?1tC5+g==?='
    """
    if _BARE.search(value):
        raw = value.encode("utf-8", "surrogateescape")
        decoded = decode(raw)
        value = decoded.text if decoded else value
    value = _GB.sub("gb18030", value)
    shorter = _IN_A_ROW.sub(_joined, value)
    while shorter != value:
        value, shorter = shorter, _IN_A_ROW.sub(_joined, shorter)
    return value


def _joined(words: re.Match[str]) -> str:
    charset, kind, first, second = words.groups()
    if kind in "bB":
        try:
            both = base64.b64decode(first, validate=True) + base64.b64decode(second, validate=True)
        except ValueError:
            return words[0]
        return f"=?{charset}?B?{base64.b64encode(both).decode('ascii')}?="
    return f"=?{charset}?Q?{first}{second}?="


MAIL_POLICY = _MailPolicy()
