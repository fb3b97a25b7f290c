"""What the supervision office works with."""
