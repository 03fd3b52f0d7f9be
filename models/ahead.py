"""What every worker needs, loaded by being imported: workers are forked from a process that has it.

See :mod:`mingcha.pipeline.workers`. No thread may run there, so the encoder's engine is left to the workers.
"""

import gc
from contextlib import suppress

import mingcha.models.toolkit  # noqa: F401 - what the workers load the rest with
from mingcha.models.sentence_model import load_sentence_model
from mingcha.models.stages import load_stages
from mingcha.pipeline.errors import MingchaError

with suppress(MingchaError):  # each worker will tell
    load_sentence_model()
    load_stages()
gc.freeze()  # the collector of a worker would write into memory that all of them share
