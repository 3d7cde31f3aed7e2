"""Addresses below /api/plugins/hedgehog/: a kind's objects are under its Kubernetes plural."""

from netbox.api.routers import NetBoxRouter

from netbox_hedgehog.api import views
from netbox_hedgehog.models import kind_models

app_name = "netbox_hedgehog-api"

router = NetBoxRouter()
router.register("fabrics", views.FabricViewSet)
router.register("runs", views.SyncRunViewSet)
router.register("resources", views.ResourceViewSet, basename="resource")
for model in kind_models():
    router.register(model.kind_entry.plural if model.kind_entry else "other-resources", views.viewset_for(model))

urlpatterns = router.urls
