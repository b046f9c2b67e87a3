"""Remembers: the tables by noun, the database session, reports, migrations. Imports SQLAlchemy and nothing of ours."""
