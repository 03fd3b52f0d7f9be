"""Everything mingcha refuses, with a message an analyst can act on."""


class MingchaError(Exception):
    """Base of all errors that end in one clear Chinese line; the message names the cause and the remedy."""


class UsageError(MingchaError):
    """The command was called wrongly: a folder that is not there, a period that is no year (exit code 2)."""


class DataError(MingchaError):
    """A rule file, roster, scheme or model that cannot be used; the message names the file and the place."""


class StoreError(MingchaError):
    """The database cannot be opened, written or trusted."""
