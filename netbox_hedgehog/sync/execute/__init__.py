"""What a run does, from its job to its recorded end."""
