"""NetBox for a web server that stands alone: static files come from the packages, with nothing to collect before.

Production puts a web server in front for them; on loopback Django's own handler is quick enough.
"""

from django.contrib.staticfiles.handlers import StaticFilesHandler
from netbox.wsgi import application as netbox

application = StaticFilesHandler(netbox)
