"""Time passes, clocks jump, people edit."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django_rq.queues import get_connection
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from netbox_hedgehog.kinds import by_name
from netbox_hedgehog.models import Fabric, RunStateChoices, model_for
from tests.netbox.promises import clocks
from tests.netbox.promises.world import World

__all__ = ("TimeRules",)


class TimeRules(World):
    @rule(minutes=st.sampled_from((11, 65, 600)))
    def time_passes(self, minutes):
        """Longer than any lease. PostgreSQL has ended the sessions that stopped in a transaction."""
        for worker in self.workers:
            if worker.waiting:
                self.end_session(worker)
            worker.late |= self.state.runs[worker.run_id]["state"] == RunStateChoices.RUNNING
        for watch in self.watches:
            watch.late = True
        self.pass_by(timedelta(minutes=minutes))
        with self.step("time passes"):
            pass

    def end_session(self, worker):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [worker.session])
        worker.cut_off, worker.waiting, worker.writing = True, False, False

    def pass_by(self, span):
        clocks.pass_by(self.fabric, span)
        self.state = self.state.earlier(span)
        self.requests = [(at - span, pk) for at, pk in self.requests]
        for name in ("looked", "told_at", "restored_at"):
            if (at := getattr(self, name)) is not None:
                setattr(self, name, at - span)

    @rule(what=st.sampled_from(("suspended", "resumed", "Redis is emptied", -86400.0, -300.0, 300.0, 86400.0)))
    def something_happens_elsewhere(self, what):
        """The fabric's setting, Redis, or this host's clock, on which nothing may depend."""
        with self.elsewhere(str(what)):
            if what in ("suspended", "resumed"):
                Fabric.objects.filter(pk=self.fabric.pk).update(suspended=what == "suspended")
            elif what == "Redis is emptied":
                get_connection("default").flushdb()
            else:
                clocks.skew.append(what)

    @precondition(lambda self: self.state.rows and not self.writing)
    @rule(which=st.integers(0, 20), tag=st.sampled_from(("mine", "yours")))
    def someone_tags_an_object(self, which, tag):
        key, row = self.some_row(which)
        with self.step("someone tags"):
            self.instance(key).tags.add(tag)
            tags = tuple(sorted({*row.tags, tag}))
            self.state.rows[key] = row._replace(tags=tags)

    @precondition(lambda self: self.state.rows and not self.writing)
    @rule(which=st.integers(0, 20))
    def someone_saves_one_form_and_opens_another(self, which):
        """Long after it was opened: what the engine has written since stays."""
        with self.step("someone saves"):
            if self.form:
                try:
                    self.form.save()
                except DatabaseError:
                    assert self.form.pk not in {row.pk for row in self.state.rows.values()}
        self.form = self.instance(self.some_row(which)[0])

    def some_row(self, which):
        rows = sorted(self.state.rows.items())
        return rows[which % len(rows)]

    def instance(self, key):
        return model_for(by_name(key[0])).objects.get(fabric=self.fabric, name=key[1])
