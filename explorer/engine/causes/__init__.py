"""Why a network chose a class, and what excites a channel."""
