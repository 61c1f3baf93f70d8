"""What is not taken: each construct refused before anything runs, at its place in the user's file."""
