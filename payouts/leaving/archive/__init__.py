"""What an archive of somebody's data is made of, by subject: a query for each file."""
