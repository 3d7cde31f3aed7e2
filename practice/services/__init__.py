"""Private PostgreSQL, Redis and NetBox processes, for the demo and the tests.

Everything here runs on the standard library alone (it installs the rest), except ``database``, ``wsgi`` and what is
imported by NetBox.
"""
