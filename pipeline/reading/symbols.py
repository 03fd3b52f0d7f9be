"""Symbol fonts: the characters that show the same sign as a code of Wingdings, Webdings or Symbol."""

from __future__ import annotations

UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_PRIVATE = 0xF000  # the private-use row in which the codes of symbol fonts stand
_SYMBOL_LOW = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_SYMBOL_HIGH = "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊"
_WINGDINGS = {
    0x20: " ", 0x28: "☎", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0x4C: "☹", 0x52: "☼", 0x6C: "●", 0x6D: "❍", 0x6E: "■",
    0x6F: "□", 0x70: "□", 0x71: "❑", 0x72: "❒", 0x73: "◆", 0x74: "◆", 0x75: "◆", 0x76: "❖", 0x77: "◆", 0x9E: "·",
    0x9F: "•", 0xA1: "○", 0xA4: "◉", 0xA7: "▪", 0xA8: "☐", 0xAB: "★", 0xB2: "✧", 0xB6: "☆", 0xD8: "➢", 0xDF: "←",
    0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨", 0xF1: "⇧", 0xF2: "⇩", 0xFB: "×", 0xFC: "√",
    0xFD: "☒", 0xFE: "☑",
    **{0x80 + number: chr(0x245F + number) for number in range(1, 11)},  # ① … ⑩
    **{0x8B + number: chr(0x2775 + number) for number in range(1, 11)},  # ❶ … ❿
}  # fmt: skip
_WINGDINGS_2 = {
    0x20: " ", 0x4F: "×", 0x50: "√", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x97: "●", 0x98: "•", 0xA2: "■",
    0xA3: "☐",
    **{0x69 + number: chr(0x245F + number) for number in range(1, 11)},
    **{0x74 + number: chr(0x2775 + number) for number in range(1, 11)},
}  # fmt: skip
_FONTS = {
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "webdings": {0x20: " ", 0x61: "√", 0x63: "☐", 0x67: "■", 0x6E: "●", 0x72: "×"},
    "symbol": {
        **{0x20 + place: sign for place, sign in enumerate(_SYMBOL_LOW)},
        **{0xA1 + place: sign for place, sign in enumerate(_SYMBOL_HIGH)},
    },
}


def is_symbol_font(font: str) -> bool:
    """Tell whether the letters of *font* are signs of another kind than their codes say."""
    return font.lower() in _FONTS


def read_symbol(font: str, code: int) -> str:
    """Return the sign that *font* shows for *code*, U+FFFD where no character is known for it.

    >>> read_symbol("Wingdings", 0xF0FE), read_symbol("Wingdings 2", 0x52), read_symbol("Webdings", 0xF021)
    ('☑', '☑', '�')
    """
    low = code - _PRIVATE if _PRIVATE <= code < _PRIVATE + 0x100 else code
    signs = _FONTS.get(font.lower())
    if signs is not None:
        return signs.get(low, UNKNOWN)
    # Outside the private rows a code is simply that of a character, whatever the font.
    return chr(code) if 0x20 <= code < 0xD800 else UNKNOWN


def read_letters(font: str, text: str) -> str:
    """Return what text typed in a symbol font shows, character for character; beyond the font's codes it stays.

    >>> read_letters("Wingdings 2", "R是 £否")
    '☑是 ☐否'
    """
    return "".join(_shown(font, character) for character in text)


def _shown(font: str, character: str) -> str:
    code = ord(character)
    if not (code < 0x100 or _PRIVATE <= code < _PRIVATE + 0x100):
        return character
    sign = read_symbol(font, code)
    # A letter that is no sign we know is better kept than lost.
    return character if sign == UNKNOWN and code < 0x100 else sign
