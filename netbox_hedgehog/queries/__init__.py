"""What several faces ask the database: unions over all kinds, and what a user may see. Knows no page."""
