"""``kairos talk``: conversations as data, played through the whole product.

Read in this order: ``script`` (the format), ``seen`` (what a turn looked like), ``expect`` (whether that is
what was wanted), ``player`` (the walk through a script), ``embedded`` and ``remote`` (where it can be played).
"""
