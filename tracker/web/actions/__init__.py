"""Owns the pages of actions (督办事项), of leaders' instructions (批示) and of what waits for whoever looks (待办)."""
