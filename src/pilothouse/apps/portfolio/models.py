"""Tables of the portfolio: side projects, case studies, pictures, publications."""

from __future__ import annotations

import pilothouse.apps.portfolio.credential_models  # noqa: E402, F401
