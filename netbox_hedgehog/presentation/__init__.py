"""Models of pages: texts, links between objects, fields as rows. Knows models and kinds, and no request."""
