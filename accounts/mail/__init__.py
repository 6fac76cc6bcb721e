"""Telling people what happened, in the transaction in which it happens: by a mail, sent
later, and by a notice on their pages.

`outbox` stores both and sends the mails that `composing` makes, `staff` writes to staff,
`letter` is what a mail says, `notices` what a notice says and until when it is shown.

Of its app it imports mailboxes and models. The letters and notices themselves are in
the rooms above.
"""
