"""A network as text and drawings: tables, source code, diagrams."""
