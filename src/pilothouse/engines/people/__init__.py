"""What can be reckoned about people without knowing any: names, firms, cadences, balances."""
