"""Addresses of evidence."""
