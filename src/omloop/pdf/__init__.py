"""PDF, in plain Python: making, merging, looking inside; knows no database.

Each file has one topic: `rendering` makes the picture of an e-invoice, `merging` joins it with its
attachments, `hybrid` puts the XML in and takes it out, `looking` draws a page and reads its text, `approval`
makes the page of who decided. What strangers wrote goes through `guarded`, in a process that may die.
"""
