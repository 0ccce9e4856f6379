"""SLA: what a project promises its customers, and how it stands."""
