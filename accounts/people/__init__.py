"""Who people are: their names, and the settings in which they say more.

Of its app it imports models.
"""
