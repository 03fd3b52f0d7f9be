"""The making of the encoder; not imported when serving."""
