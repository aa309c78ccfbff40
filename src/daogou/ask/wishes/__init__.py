"""What it shall have, and what not."""
