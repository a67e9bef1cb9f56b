"""Deliveries gone wrong, by the thousand."""
