"""The entries themselves: complete, consistent, findable."""

from collections.abc import Iterator

import pytest

from netbox_hedgehog import kinds
from netbox_hedgehog.kinds import Area, Field, FieldType, Kind, List, Map, Object, Writer

# Within one wave, or against the waves: only the references tell who comes first.
AGAINST_THE_WAVES = {("Connection", "VPC"), ("VPC", "VPC")}


def test_there_are_22_kinds_with_names_of_their_own():
    assert len(kinds.KINDS) == 22
    for attribute in ("kind", "plural", "singular", "key", "label", "label_plural"):
        assert len({getattr(kind, attribute) for kind in kinds.KINDS}) == 22, attribute
    assert all(kind.group.endswith(kinds.HEDGEHOG) for kind in kinds.KINDS)


def test_kinds_are_found_by_name_plural_and_group():
    vpc = kinds.by_name("VPC")
    assert kinds.by_plural("vpcs") is vpc
    assert kinds.find("vpc.githedgehog.com", "VPC") is vpc
    assert kinds.find("wiring.githedgehog.com", "VPC") is None
    assert kinds.find("vpc.githedgehog.com", "Nothing") is None
    assert (vpc.api_version, vpc.key) == ("vpc.githedgehog.com/v1beta1", "vpcs.vpc.githedgehog.com")
    with pytest.raises(KeyError):
        kinds.by_name("Nothing")


def test_what_users_write_has_a_wave_after_everything_that_it_names():
    for kind in kinds.KINDS:
        assert kind.writer is Writer.CONTROLLER or kind.wave is not None, kind
        for rule in kind.references if kind.wave is not None else ():
            for target in map(kinds.by_name, rule.to.kinds):
                if (kind.kind, target.kind) not in AGAINST_THE_WAVES:
                    assert target.wave is not None, (kind, rule.path)
                    assert target.wave < kind.wave, (kind, rule.path)


def test_only_catalogs_are_hidden():
    assert [kind.kind for kind in kinds.KINDS if kind.hidden] == ["Catalog"]
    assert {kind.area for kind in kinds.KINDS} == set(Area)


def fields(kind: FieldType, path: str) -> Iterator[tuple[str, Field]]:
    match kind:
        case Object():
            for field in kind.fields:
                yield f"{path}.{field.name}", field
                yield from fields(field.type, f"{path}.{field.name}")
        case List() | Map():
            yield from fields(kind.of, path)


@pytest.mark.parametrize("kind", [kind for kind in kinds.KINDS if kind.writer is Writer.USER], ids=lambda k: k.kind)
def test_every_field_that_users_write_is_explained(kind: Kind):
    for path, field in fields(kind.spec, "spec"):
        assert field.help.endswith("."), path
        assert field.help[0].isupper() or field.help.split()[0].islower(), path
        assert len(field.help) <= 110, path


def test_secret_paths_of_agents_are_declared():
    secrets = set(kinds.by_name("Agent").secrets)
    assert {
        "spec.users[].password",
        "spec.users[].sshKeys",
        "spec.version.username",
        "spec.version.password",
        "spec.version.ca",
        "spec.alloy.lokiTargets{}.basicAuth",
        "spec.alloy.prometheusTargets{}.bearerToken",
        "spec.config.alloy.targets.pyroscope{}.certPEM",
    } <= secrets
    assert not any(kind.secrets for kind in kinds.KINDS if kind.writer is Writer.USER)
