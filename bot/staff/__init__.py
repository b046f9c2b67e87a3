"""The staff's side: signing in, who may do what, the shell that all staff pages share."""
