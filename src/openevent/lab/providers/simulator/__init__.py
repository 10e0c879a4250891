"""A simulated Pocket Science Lab: it speaks the wire protocol of the real one, over TCP or a pseudo terminal."""
