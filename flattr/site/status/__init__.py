"""Whether everything works, in words for everybody.

Imports what operators watch in payouts; only the site's addresses import it.
"""
