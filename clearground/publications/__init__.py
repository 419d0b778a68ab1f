"""What the register hands out: questions that people keep, bulletins, dossiers of tasks."""
