"""The roadmap: bets by outcome and time, capacity, the best plan, forecasts and promises."""
