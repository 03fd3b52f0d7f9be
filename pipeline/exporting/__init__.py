"""Edge: what the store holds, written for other programs, and labels from annotation tools read back.

Nothing here computes or judges: `records` says what is told of a finding, a fact, a score; `tables` how it looks as
rows; a module for each format writes it. What is for authorized reviewers alone is never exported.
"""
