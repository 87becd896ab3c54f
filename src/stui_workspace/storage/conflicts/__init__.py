"""What a merge left undecided, kept until a person has settled it."""
