"""What the plugin adds to the head of its own pages, where NetBox has a place for it."""

from django.template.loader import render_to_string
from django.urls import reverse
from netbox.plugins import PluginTemplateExtension

__all__ = ("template_extensions",)

HOME = "plugins:netbox_hedgehog:fabric_list"


class ReadableColors(PluginTemplateExtension):
    """Colours that reach a contrast of 4.5:1 where NetBox's own do not. Other pages stay as they are."""

    def head(self):
        ours = reverse(HOME).removesuffix("fabrics/")
        return render_to_string("netbox_hedgehog/colors.html") if self.context["request"].path.startswith(ours) else ""


template_extensions = [ReadableColors]
