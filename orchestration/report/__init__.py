"""Documents for people: blocks in, a page in HTML and PDF out. What a document says belongs to whoever writes it."""
