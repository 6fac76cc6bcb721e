"""What there is to flattr: profiles, the page of a thing, what people like.

Of its app it imports abuse, cards, clicks, models and things.
"""
