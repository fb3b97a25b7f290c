"""What leaders look at: the overview, the standings and the briefings."""
