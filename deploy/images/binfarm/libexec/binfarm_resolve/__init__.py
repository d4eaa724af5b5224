"""The resolve probe: Portage's own resolver, its answer as data. Runs inside the binfarm image."""
