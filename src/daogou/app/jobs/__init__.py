"""What is done beside answering: watching a feed, checking a shop, describing, erasing."""
