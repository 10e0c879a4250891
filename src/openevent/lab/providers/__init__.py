"""What the laboratory reaches: processes of its own, over sockets of one directory."""
