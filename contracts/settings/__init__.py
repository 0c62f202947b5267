"""What a run is told: options, environment, file."""
