"""Questions of one's own: pivots, saved reports, bulletins, dossiers."""
