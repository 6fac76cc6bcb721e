"""What there is to flattr: profiles, the page of a thing, what people like."""
