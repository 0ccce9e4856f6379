"""Reports: figures that supervisors act on, each from one query over the rows that decide."""
