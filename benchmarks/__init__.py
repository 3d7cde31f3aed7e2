"""How fast the plugin is, measured against floors that are measured in the same run.

``python -m benchmarks.sync`` syncs many Connections, ``python -m benchmarks.lists`` reads lists of many; see
docs/performance.md.
"""
