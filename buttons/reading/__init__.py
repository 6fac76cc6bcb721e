"""Strangers' pages are fetched safely and taken apart."""
