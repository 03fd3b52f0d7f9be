"""Bytes to text, for Chinese text of any age: which encoding it is in, and what could not be decoded."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from mingcha.pipeline.document import Undecoded

# Bytes that a codec refuses pass as lone surrogates, which no codec gives by itself: U+DC00 and the byte.
_KEPT_FROM = 0xDC00
_KEPT = re.compile("[\udc00-\udcff]+")
_KEEPING = "mingcha.undecoded"


def _kept(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    refused = error.object[error.start : error.end]
    return "".join(chr(_KEPT_FROM + byte) for byte in refused), error.end


codecs.register_error(_KEEPING, _kept)

_BOMS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In order of preference where two fit equally. GBK and GB2312 are always read as their superset GB18030.
_CANDIDATES = ("utf-8", "gb18030", "big5", "cp950", "big5hkscs", "utf-16-le", "utf-16-be")
_CHINESE = frozenset({"gb18030", "big5", "cp950", "big5hkscs"})
# Chinese written in ASCII: how a stretch of it looks, and how many characters it takes to tell it from chance.
_SEVEN_BIT = (
    ("hz", re.compile(rb"~\{(?:[!-w][!-~])+~\}"), 2),
    ("utf-7", re.compile(rb"\+[A-Za-z0-9+/]{3,}"), 4),
)
_COMMON = 0.35  # score of Chinese in the least common characters of GB 2312's first level, and a few others
_SURROGATE = re.compile("[\ud800-\udfff]")
_SAMPLE = 1 << 16
_LEAST_SCORE = 0.15
_MOST_DAMAGE = 0.3
_DECLARED_BONUS = 0.1
_CONTROL = re.compile("[\0-\x08\x0e-\x19\x1c-\x1f\x7f]")
_PLAIN = re.compile("[\t-\r\x1a\x1b -~]+")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_CJK = re.compile("[\u2e80-\u9fff\uff00-\uffef]")

# Frequent in Chinese prose and in office papers; simplified, then traditional where the form differs.
_FREQUENT = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民"
    "得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日"
    "那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代"
    "想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别手角期根论运农"
    "指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六"
    "共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元"
    "况今集温传土许步群广记需段研界拉林律且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响"
    "约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效院查江型眼王按格养易置派层片始却专状育厂京识"
    "述职廉县镇乡村局考核绩责落督察巡审谈记群众干部你好甲乙丙丁"
    "這為個國時來們對會發動過說產種後學經進電當點從業與開還關數問無係軍長題黨員設資邊級圖統將組見計別論運農幾區強戰則據處隊給門"
    "規熱領東導壓濟階術極聯認權證單風帶場車務萬達積議聲報類離華確張馬節話況傳許廣記觀織裝書復兒際連斷難備辦習響約勞團歷稱準號"
    "維劃選標寫親養層狀廠識述職績責實現機質變條結體應總樣線間鄉縣鎮審談"
    "，。、；：？！“”《》（）【】…—·　％"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with the codec that gave it; where bytes are no characters in it, U+FFFD stands and ``undecoded`` has them.

    The text encoded again, with the undecoded bytes in their places, is the file without its byte order mark; but HZ
    and UTF-7 have several ways to write the same text.
    """

    text: str
    encoding: str
    undecoded: tuple[Undecoded, ...] = ()

    @property
    def coverage(self) -> float:
        """The share (0 to 1) of the characters that were decoded."""
        return 1 - len(self.undecoded) / len(self.text) if self.text else 1.0

    @property
    def notes(self) -> tuple[str, ...]:
        """What an analyst should know about the decoding."""
        if not self.undecoded:
            return ()
        return (f"有 {len(self.undecoded)} 处无法按 {self.encoding} 编码识别，已用“\ufffd”代替",)


class _Rank(NamedTuple):
    score: float
    encoding: str


def decode(data: bytes, *, declared: str | None = None) -> Decoded | None:
    """Return *data* as text without its byte order mark, or ``None`` where it is no text.

    A byte order mark decides, then HZ or UTF-7 that gives Chinese, then strict UTF-8; else the encodings that fit are
    ranked by the share of frequent characters in what they give. *declared* is what the file says of itself: it decides
    near ties only. Where nothing fits strictly, the likeliest encoding is used and the damage counted.

    >>> decode("关于工作".encode("gbk"))
    Decoded(text='关于工作', encoding='gb18030', undecoded=())
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _checked(data, encoding)
    if seven_bit := _seven_bit(data):
        return _checked(data, seven_bit)
    if _plainly_utf8(data, _codec(declared)):
        return _checked(data, "utf-8")
    ranks = _ranked(data, declared)
    strict = (rank.encoding for rank in ranks if _fits(data, rank.encoding))
    encoding = next(strict, ranks[0].encoding if ranks else "")
    return _checked(data, encoding) if encoding else None


def _seven_bit(data: bytes) -> str | None:
    """Return the encoding of Chinese that is written in ASCII; ``None`` for all that may just be ASCII."""
    if _HIGH_BYTE.search(data):
        return None
    for encoding, pattern, least in _SEVEN_BIT:
        stretch = pattern.search(data)
        if stretch is None or not _fits(data, encoding):
            continue
        text = data.decode(encoding)
        many = sum(not char.isascii() for char in text) >= least
        if many and not _SURROGATE.search(text) and _score(data[stretch.start() :][:_SAMPLE], encoding) > _COMMON:
            return encoding
    return None


def _plainly_utf8(data: bytes, named: str | None) -> bool:
    """Tell whether *data* is UTF-8 beyond doubt: some GBK words are also valid UTF-8, but as rows of odd letters.

    *named* is the encoding that the file says it is in.
    """
    if b"\0" in data or not _fits(data, "utf-8"):
        return False
    text = data.decode("utf-8")
    foreign = sum(not char.isascii() for char in text[:_SAMPLE])
    if _CJK.search(text) or not foreign:
        return True
    return named not in _CHINESE and foreign * 2 <= len(text[:_SAMPLE])


def _checked(data: bytes, encoding: str) -> Decoded | None:
    raw = data.decode(encoding, _KEEPING)
    lost = sum(len(match[0]) for match in _KEPT.finditer(raw))
    if len(_CONTROL.findall(raw)) > max(2, len(raw) * 0.02) or lost > max(2, len(raw) * _MOST_DAMAGE):
        return None
    return _decoded(raw, encoding) if lost else Decoded(raw, encoding)


def _decoded(raw: str, encoding: str) -> Decoded:
    """Put one U+FFFD for each run of undecodable bytes and record the bytes."""
    undecoded: list[Undecoded] = []
    shorter = 0
    for match in _KEPT.finditer(raw):
        undecoded.append(Undecoded(match.start() - shorter, bytes(ord(char) - _KEPT_FROM for char in match[0])))
        shorter += len(match[0]) - 1
    return Decoded(_KEPT.sub("\ufffd", raw), encoding, tuple(undecoded))


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _ranked(data: bytes, declared: str | None) -> list[_Rank]:
    """Return the encodings that give plausible Chinese or plain text from a sample of *data*, best first."""
    first_high = _HIGH_BYTE.search(data)
    # Even, so that a sample of UTF-16 begins with a whole character; a byte before the first high one is ASCII.
    start = (first_high.start() if first_high else 0) & ~1
    sample = data[start : start + _SAMPLE]
    named = _codec(declared)
    names = dict.fromkeys((*_CANDIDATES, named) if named else _CANDIDATES)
    ranks = [_Rank(_score(sample, name) + (_DECLARED_BONUS if name == named else 0), name) for name in names]
    return sorted((rank for rank in ranks if rank.score > _LEAST_SCORE), key=lambda rank: -rank.score)


def _codec(declared: str | None) -> str | None:
    """Return our name of the *declared* text encoding, ``None`` where Python has no such text codec."""
    try:
        found = codecs.lookup(declared or "")
        "".encode(found.name)
    except (LookupError, ValueError):
        return None
    return "gb18030" if found.name in {"gb2312", "gbk", "gb18030"} else found.name


def _score(sample: bytes, encoding: str) -> float:
    """Return how much the *sample* looks like Chinese or plain text in *encoding*, at most 1."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(sample, final=len(sample) < _SAMPLE)
    known = _weights()
    # ASCII is the same in most encodings and would only dilute the differences, as in pages full of markup.
    telling = _PLAIN.sub("", text)
    total = sum(known[char] if char in known else _weight(char) for char in telling)
    return total / len(telling) if telling else 0.5


def _weight(char: str) -> float:
    """Return the weight of a character that is not in the table."""
    if char < "\u0080":
        return -1.0
    if char == "\ufffd" or unicodedata.category(char) in {"Co", "Cn", "Cs", "Cc"}:
        return -2.0
    if char < "\u0800":
        return 0.45
    if "\uac00" <= char <= "\ud7a3":
        return -0.5
    return 0.1 if "\u4e00" <= char <= "\u9fff" else 0.0


@cache
def _weights() -> dict[str, float]:
    """Return 1 for the most frequent characters, less for the rest of the first levels of GB 2312 and Big5."""
    gb = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    big5 = (bytes((high, low)) for high in range(0xA4, 0xC7) for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF)))
    traditional = dict.fromkeys(b"".join(big5).decode("big5", "ignore"), 0.3)
    simplified = dict.fromkeys(b"".join(gb).decode("gb2312", "ignore"), 0.4)
    return traditional | simplified | dict.fromkeys(_FREQUENT, 1.0)
