"""The pages: one blueprint per desk over the services; no rule, threshold or arithmetic of its own."""
