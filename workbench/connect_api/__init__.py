"""The emulator of the Connect API: one exchange in, one answer out."""
