"""Fault 64: requests, faults, deaths, pauses and clocks in any order, against the real database; the promises hold.

``HEDGEHOG_EXAMPLES=500`` tells as many stories, other ones each time; ``--hypothesis-seed`` tells the same again.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

EXAMPLES = int(os.environ.get("HEDGEHOG_EXAMPLES", "0"))
STORIES = settings(
    max_examples=EXAMPLES or 20,
    stateful_step_count=20,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    print_blob=True,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_fault_64_whatever_happens_the_promises_hold(promises):
    run_state_machine_as_test(promises, settings=STORIES)
    for what, number in sorted(promises.happened.items()):
        print(f"{number:5} {what}")
