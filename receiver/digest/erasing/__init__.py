"""Erasing, where it is carried out: by digest, which alone writes the store and the archive.

erasures.py      which leads are erased, and the acts of it: a log beside the archive
tombstones.py    what comes of an erased lead later is ended before anybody sees it
"""
