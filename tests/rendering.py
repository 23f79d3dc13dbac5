"""What a page was rendered from is kept for a test once a page, not once for each of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.template.base import Template
from django.test.signals import template_rendered


@pytest.fixture(autouse=True, scope="session")
def pages_tell_of_themselves(django_test_environment: None) -> Iterator[None]:
    """Django tells of every included part with a copy of all its values: 300 times a page."""
    usual = Template._render

    def render(self: Template, context: Any) -> Any:
        if context.template is self:
            template_rendered.send(sender=self, template=self, context=context)
        return self.nodelist.render(context)

    Template._render = render
    yield
    Template._render = usual
