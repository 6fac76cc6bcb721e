"""How every form of the site is drawn: label, field, help, and the error beside it."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    form_template_name = "_form.html"
    field_template_name = "_field.html"
