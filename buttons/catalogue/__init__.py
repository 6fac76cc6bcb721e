"""What there is to flattr: the catalogue, profiles, the page of a thing."""
