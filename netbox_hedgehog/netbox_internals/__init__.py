"""NetBox, Django and RQ beyond their documented interfaces: a file a topic, and nothing of it anywhere else.

What is used here can change with any minor version of NetBox. So each topic has a contract test in
``tests/netbox/contracts`` that says what we rely on and fails first where it is so no more, and a lint test keeps such
imports out of the other packages. Where an issue upstream asks for what is done here, the file names it, and when its
code can go.

Not called ``netbox``: inside this package that name would be ambiguous to every reader, though not to Python.
"""
