"""Pictures: opened, drawn, altered and shown, with what lies over them."""
