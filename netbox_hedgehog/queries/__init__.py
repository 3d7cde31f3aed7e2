"""Queries that several faces share: unions over all kinds, and what a user may see. Knows no page."""
