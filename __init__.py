"""mingcha (明察): evidence and risk signals from Chinese assessment documents, each tied to its place.

The repository root is this package: ``pipeline/`` is ``mingcha.pipeline``, ``cli.py`` is ``mingcha.cli``.
"""

__version__ = "0.1.0"
