"""Help: the questions that people have, each with an answer of a few sentences.

Imports every app, for the figures that answers name; only the site's addresses import it.
"""
