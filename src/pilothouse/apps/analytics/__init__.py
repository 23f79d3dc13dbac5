"""Events of a product and the questions asked of them: trends, funnels, retention, metrics."""
