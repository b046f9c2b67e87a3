"""Judges and words: what to do next and how to say it.

Read in this order: ``state``, ``reading``, ``plan`` (the values); ``heat``, ``conflict``, ``eoac``, ``handover`` (the
tables); ``decide`` (how they combine); ``playbook`` and ``wording`` (what the shop may edit, in YAML).
"""
