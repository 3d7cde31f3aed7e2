"""NetBox for a web server that stands alone: static files come from the packages, with nothing to collect before.

Production puts a web server in front for them; on loopback Django's own handler is quick enough.
"""

from django.contrib.staticfiles.handlers import StaticFilesHandler
from netbox.wsgi import application as netbox

from netbox_hedgehog.heap import freeze_heap

application = StaticFilesHandler(netbox)
freeze_heap()  # gunicorn loads this once, and then forks its workers
