"""What is kept about people, why and for how long, by subject: the rows of the record of
processing."""
