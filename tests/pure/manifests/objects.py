"""Objects as hypothesis makes them up."""

from hypothesis import strategies as st

# What JSON can say and a cluster can serve; whole numbers with a point are left out, since JSON has them as integers.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda number: not number.is_integer()
)
scalars = st.none() | st.booleans() | numbers | texts
data = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)
mappings = st.dictionaries(texts, data, max_size=4)
names = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
labels = st.dictionaries(st.sampled_from(["app", "example.com/site", "fabric.githedgehog.com/vpc"]), names)


@st.composite
def objects(draw, kind: str = "VPC", group: str = "vpc.githedgehog.com/v1beta1"):
    metadata = {"name": draw(names), "namespace": "default", "uid": draw(names), "labels": draw(labels)}
    return {"apiVersion": group, "kind": kind, "metadata": metadata, "spec": draw(mappings), "status": draw(mappings)}


def shuffled(value, order):
    """VALUE with the keys of all its mappings in another order; ORDER is a ``random.Random``."""
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: shuffled(value[key], order) for key in keys}
    return [shuffled(item, order) for item in value] if isinstance(value, list) else value
