"""The pages on which people say who they are and which mails they want."""
