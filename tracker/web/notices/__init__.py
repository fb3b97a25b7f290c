"""Supervision notices: the list, one notice's page and its official form, what is proposed, and the ladder."""
