"""Tables of the role guide, the FAQ, fit and the industries."""
