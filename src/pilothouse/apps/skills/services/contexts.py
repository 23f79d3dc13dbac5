"""Where acts were done. Another app may know more of a product than its world: it says so here."""

from __future__ import annotations

from collections.abc import Callable

from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import ActView
from pilothouse.engines.skills import Context

# From the access of who asks to the context of an act, by its name.
ContextReader = Callable[[Access], Callable[[ActView], str]]


def plain_context(act: ActView) -> str:
    """Simulated, one's own product, or study where there is no product: the most modest reading."""
    if act.is_simulated:
        return Context.SIMULATED.value
    return Context.OWN_PRODUCT.value if act.product_id else Context.STUDY.value


_readers: list[ContextReader] = []


def register_contexts(reader: ContextReader) -> None:
    """Say what knows the contexts of products; called in ``AppConfig.ready``."""
    _readers[:] = [reader]


def read_context_of(access: Access) -> Callable[[ActView], Context]:
    """What tells the context of this workspace's acts. Nothing makes a simulated act real."""
    told = _readers[0](access) if _readers else plain_context

    def context_of(act: ActView) -> Context:
        if act.is_simulated or not act.product_id:
            return Context(plain_context(act))
        name = told(act)
        return Context(name) if name in set(Context) else Context.STUDY

    return context_of
