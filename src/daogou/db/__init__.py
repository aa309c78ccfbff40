"""Rows that decide: products, events, sessions in a database."""
