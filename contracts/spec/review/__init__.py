"""What contradicts or is missing in pages of one API, for those who write them."""
