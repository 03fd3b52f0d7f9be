"""Command line (placeholder)."""
