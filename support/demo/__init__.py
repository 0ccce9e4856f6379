"""The demonstration: a team, a month of history, and customers who keep writing."""
