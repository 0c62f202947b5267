"""Scripts that show a finding again with curl and jq."""
