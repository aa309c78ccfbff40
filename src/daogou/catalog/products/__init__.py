"""What passes between the steps."""
