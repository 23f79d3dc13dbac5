"""Pure computation, one folder per noun. No Django, files, network, clock or global chance."""
