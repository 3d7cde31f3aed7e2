"""Classes that are made for each model, bound where NetBox looks for them.

NetBox imports a model's classes by dotted name (``netbox_hedgehog.tables.VPCTable``), and a background job stores the
name of its view or view set. So whatever is made at run time has to be an attribute of the module that it names.
"""

import sys
from collections.abc import Mapping
from typing import Any

__all__ = ("bind", "make_class")


def bind[C: type](made: C) -> C:
    """Make a class an attribute of the module that it says it is from.

    Args:
        made: The class; ``__module__`` and ``__qualname__`` say where it will be found.

    Raises:
        TypeError: Another class has that name already, and would no longer be found.
    """
    module = sys.modules[made.__module__]
    if getattr(module, made.__qualname__, made) is not made:
        raise TypeError(f"{made.__module__} has another {made.__qualname__}")
    setattr(module, made.__qualname__, made)
    return made


def make_class(
    package: str,
    name: str,
    /,
    *bases: type,
    meta: Mapping[str, Any] | None = None,
    meta_bases: tuple[type, ...] = (),
    **attributes: Any,
) -> type:
    """A class that is found as ``package.name`` once it is bound.

    Args:
        package: Dotted name of the module that NetBox imports it from; it must be under way of being imported.
        name: The class's name.
        bases: Its base classes.
        meta: Attributes of its inner class ``Meta``, if it has one.
        meta_bases: Base classes of ``Meta``.
        attributes: Its other attributes.
    """
    where = {"__module__": package, "__qualname__": name}
    if meta is not None:
        inner = {"__module__": package, "__qualname__": f"{name}.Meta", **meta}
        attributes["Meta"] = type("Meta", meta_bases, inner)
    return type(name, bases, {**where, **attributes})
