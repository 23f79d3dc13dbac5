"""Events from clients of other analytics tools: bytes in, checked events and refusals out."""
