"""What stands in for real services on one machine. Nothing that runs in production
imports it; in local mode it is an installed app.
"""
