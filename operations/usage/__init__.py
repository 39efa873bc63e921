"""Usage: files are read, lines matched to who caused them, priced, and added up."""
