"""What pages about paying say, case by case."""
