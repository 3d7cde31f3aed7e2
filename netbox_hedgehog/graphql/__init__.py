"""GraphQL: NetBox takes the query classes in ``schema`` up into its own."""

from netbox_hedgehog.graphql.query import schema

__all__ = ("schema",)
