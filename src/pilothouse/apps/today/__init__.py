"""The home: the day in four blocks, each activity a card with what needs attention."""
