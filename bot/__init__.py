"""Faces people: settings, the engine, channels, the outbox, the application and the command line."""
