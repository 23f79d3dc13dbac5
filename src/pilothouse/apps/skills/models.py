"""Tables of skills."""

from __future__ import annotations

from pilothouse.apps.skills.cards_models import *  # noqa: F403
from pilothouse.apps.skills.exercise_models import *  # noqa: F403
from pilothouse.apps.skills.guide_models import *  # noqa: F403
from pilothouse.apps.skills.learn_models import *  # noqa: F403
