"""One payout before staff: whose money it is made of, what is odd, and what can be decided."""
