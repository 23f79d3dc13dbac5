"""The use cases of analytics: taking events in, asking questions, keeping metrics, importing."""
