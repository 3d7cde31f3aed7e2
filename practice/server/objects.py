"""Requests for resources: from what was asked to an answer."""

from __future__ import annotations

import asyncio
import time

from practice.server import deletes, lists, metadata, options, patch, shapes, tables, watch
from practice.server.answers import Answer, made
from practice.server.documents import CONVERSIONS, Form, negotiate, read
from practice.server.errors import PageNotFound, bad_request, method_not_allowed, not_found
from practice.server.events import Event
from practice.server.paths import Asked
from practice.server.registry import CRDS, NAMESPACES, Registry, Served
from practice.server.request import Request
from practice.server.store import Store
from practice.server.watch import Watch
from practice.server.writes import Writer

PATIENCE = 3.0  # seconds that a list waits for a version of the future


class Objects:
    """The resources of one server."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self.store, self.registry, self.writer = store, registry, Writer(store)

    async def answer(self, asked: Asked, request: Request) -> Answer | Watch:
        kind = self.registry.find(asked.group, asked.version, asked.plural)
        if kind is None or (asked.namespace and not kind.namespaced and asked.plural != NAMESPACES.plural):
            raise PageNotFound
        if asked.subresource and not (kind.status and asked.subresource == "status"):
            raise not_found(kind.group, kind.plural, asked.name)
        self._check_verb(kind, asked)
        if asked.verb == "list":
            return await self._list(kind, asked, request)
        if asked.verb == "watch":
            return await self._watch(kind, asked, request)
        action = {
            "get": self._get,
            "deletecollection": self._delete_many,
            "delete": self._delete,
            "create": self._create,
        }
        return action.get(asked.verb, self._change)(kind, asked, request)

    def _check_verb(self, kind: Served, asked: Asked) -> None:
        if asked.verb in ("update", "patch") and not asked.name:
            raise bad_request("name must be provided")
        wrong = asked.subresource and asked.verb not in ("get", "update", "patch")
        wrong = wrong or (asked.verb == "watch" and asked.method != "GET")
        if asked.verb not in kind.verbs or wrong:
            raise method_not_allowed(kind.group, kind.plural, asked.verb)

    async def _list(self, kind: Served, asked: Asked, request: Request) -> Answer:
        form = negotiate(request.accept, CONVERSIONS)
        wanted = lists.options(request.query)
        if wanted.token and "expire" in request.struck:
            raise lists.expired_token(wanted.token)
        if kind is CRDS:
            self.renew_crds()
        page = await self._page(kind, asked.namespace, wanted)
        if "empty" in request.struck:
            page = lists.Page([], page.version)
        items = [item.raw for item in page.items]
        if "malformed" in request.struck:
            items.insert(0, shapes.malformed(kind, request.struck["malformed"]["item"]))
        return shapes.shape(kind, page, items, form, request.query.get("includeObject", ""))

    async def _watch(self, kind: Served, asked: Asked, request: Request) -> Watch:
        found = watch.prepare(kind, asked, request)
        if kind is CRDS:
            self.renew_crds()
        await watch.reached(self.store, found.options.not_older)
        if "expire" in request.struck and found.options.since is not None:
            found.refused = watch.too_old(found.options.since, self.store)
        if "stray" in request.struck:
            found.stray = request.struck["stray"]["text"].encode("latin-1", "replace")
        if "malformed" in request.struck:
            found.first.append(Event("ADDED", shapes.malformed(kind, request.struck["malformed"]["item"])))
        return found

    async def _page(self, kind: Served, namespace: str, wanted: lists.ListOptions) -> lists.Page:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return lists.page(self.store, kind, namespace, wanted)
            except lists.Unreached as unreached:
                if time.monotonic() > until:
                    raise lists.too_large(unreached.version, self.store.version) from unreached
                await asyncio.sleep(0.1)

    def _get(self, kind: Served, asked: Asked, request: Request) -> Answer:
        form = negotiate(request.accept, CONVERSIONS)
        if kind is CRDS:
            self.renew_crds()
        namespace = asked.namespace if kind.namespaced else ""
        found = self.writer.existing(kind, (namespace, asked.name))
        if form == Form():
            return Answer(found.raw + b"\n")
        data = found.data()
        if form.as_ == "Table":
            shown = {"resourceVersion": str(found.version)}
            return made(tables.table(kind, [data], shown, request.query.get("includeObject", "")), form)
        return made(tables.partial(data) if form.as_ else data, form)

    def _create(self, kind: Served, asked: Asked, request: Request) -> Answer:
        form = negotiate(request.accept)
        wanted = options.write(request.query, "CreateOptions")
        document = read(request.body, request.content_type, kind.kind)
        if kind is NAMESPACES:
            document.data["status"] = {"phase": "Active"}
        written = self.writer.create(kind, asked.namespace, document, wanted)
        return made(written.data, form, 201, written.warnings)

    def _change(self, kind: Served, asked: Asked, request: Request) -> Answer:
        form, at, status = negotiate(request.accept), (asked.namespace, asked.name), bool(asked.subresource)
        if asked.verb == "update":
            wanted = options.write(request.query, "UpdateOptions")
            document = read(request.body, request.content_type, kind.kind)
            written = self.writer.update(kind, at, document, wanted, status)
        else:
            media = patch.check_type(request.content_type)
            wanted = options.write(request.query, "PatchOptions")
            written = self.writer.patch(kind, at, media, request.body, wanted, status)
        return made(written.data, form, 200, written.warnings)

    def _delete(self, kind: Served, asked: Asked, request: Request) -> Answer:
        form, wanted = negotiate(request.accept), options.delete(request.query, request.body)
        with self.store.lock:
            old = self.writer.existing(kind, (asked.namespace, asked.name))
            return made(deletes.delete(self.store, kind, old, wanted), form)

    def _delete_many(self, kind: Served, asked: Asked, request: Request) -> Answer:
        form, wanted = negotiate(request.accept, CONVERSIONS), options.delete(request.query, request.body)
        with self.store.lock:
            page = lists.page(self.store, kind, asked.namespace, lists.options(request.query))
            for old in page.items:
                deletes.delete(self.store, kind, old, wanted)
            page = lists.Page(page.items, self.store.version)
        return shapes.shape(kind, page, [item.raw for item in page.items], form, request.query.get("includeObject", ""))

    def renew_crds(self) -> None:
        """Let the store hold the CustomResourceDefinitions of the kinds that are served now."""
        served = {crd["metadata"]["name"]: crd for crd in self.registry.crds()}
        with self.store.lock:
            there = {item.name: item for item in self.store.items(CRDS.path)}
            for name in there.keys() - served.keys():
                self.store.delete(CRDS.path, ("", name))
            for name in served.keys() - there.keys():
                meta = {"name": name, "uid": metadata.stable_uid(CRDS.path, name), "generation": 1}
                data = {**served[name], "apiVersion": CRDS.api_version, "kind": CRDS.kind}
                self.store.put(CRDS.path, {**data, "metadata": {**meta, "creationTimestamp": metadata.now()}})
