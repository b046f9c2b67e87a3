"""Telegram: long polling, or a webhook where customers can reach this server. docs/telegram.md tells it all.

Read in this order: ``updates`` (what an update says), ``desk`` (what is done about it), ``sending`` (how a reply goes
out), ``receiving`` (how updates come in), ``channel`` (all of it together).
"""
