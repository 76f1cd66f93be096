"""A second reader of tickets: a sentence model beside the lexicons. An extra, off by default."""
