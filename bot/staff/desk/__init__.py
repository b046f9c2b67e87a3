"""The desk's server side: live feed, socket, routes, and what runs beside them."""
