"""The programme: sessions, speakers, tracks, rooms."""
