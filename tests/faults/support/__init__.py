"""What faults are made of: an endpoint's memory of a request, steps that use it, changes between two objects."""
