"""The laboratory's own processes: the service that runs scripts and minds devices, and one process for each device."""
