"""Owns the audit trail's page and export."""
