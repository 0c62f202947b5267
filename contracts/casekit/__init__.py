"""What a hand-written case uses."""
