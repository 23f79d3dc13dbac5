"""The outside world: other tools' protocols, spoken so that their clients need no change."""
