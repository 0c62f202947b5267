"""Records of several runs side by side: compared, over time, of a fleet."""
