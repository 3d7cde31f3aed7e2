"""PostgreSQL itself keeps ended runs as they ended, and refuses every transition that is not in RunStateChoices.NEXT.

A check_violation, so that Django raises IntegrityError. Deleting rows stays possible, and so does what the deletion of a
user or a job does to a row: those columns are not looked at.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION netbox_hedgehog_syncrun_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('queued', 'running') THEN
        IF ROW(NEW.state, NEW.started, NEW.finished, NEW.epoch, NEW.error_code, NEW.error_message, NEW.error_hint)
            IS DISTINCT FROM
            ROW(OLD.state, OLD.started, OLD.finished, OLD.epoch, OLD.error_code, OLD.error_message, OLD.error_hint)
        THEN
            RAISE EXCEPTION 'Run % has ended as %, and stays as it ended.', OLD.id, OLD.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'netbox_hedgehog_terminal_states';
        END IF;
    ELSIF NOT (
        (OLD.state = 'queued' AND NEW.state IN ('running', 'cancelled'))
        OR (OLD.state = 'running'
            AND NEW.state IN ('succeeded', 'partial', 'failed', 'blocked', 'cancelled', 'lost'))
    ) THEN
        RAISE EXCEPTION 'Run % cannot go from % to %.', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'netbox_hedgehog_transitions';
    END IF;
    RETURN NEW;
END
$$;
-- A running run reports its progress twice a second: those updates pass without a call.
CREATE TRIGGER netbox_hedgehog_syncrun_transition BEFORE UPDATE ON netbox_hedgehog_syncrun FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state OR OLD.state NOT IN ('queued', 'running'))
    EXECUTE FUNCTION netbox_hedgehog_syncrun_transition();
"""

REVERSE = """
DROP TRIGGER netbox_hedgehog_syncrun_transition ON netbox_hedgehog_syncrun;
DROP FUNCTION netbox_hedgehog_syncrun_transition();
"""


class Migration(migrations.Migration):
    dependencies = [("netbox_hedgehog", "0004_fabric_condition")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
