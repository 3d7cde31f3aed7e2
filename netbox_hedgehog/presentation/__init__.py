"""What pages are made of: words, links between objects, fields as rows. Knows models and kinds, no request."""
