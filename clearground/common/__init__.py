"""Ground floor of all apps: no subject matter."""
