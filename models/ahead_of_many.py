"""What the token rules need, loaded by being imported: among many files some ask about them, among few perhaps none."""

import gc

import spacy.matcher
import spacy.tokens  # noqa: F401 - what a token rule is matched with

from mingcha.models.segmenters import load_segmenter

load_segmenter()
gc.freeze()
