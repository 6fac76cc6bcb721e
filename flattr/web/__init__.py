"""What all pages need: refusals, forms, locales, spreadsheets, logs, the admin.

Imports the plain kernel, no app.
"""
