"""Reading what happened: frames, filters, waterfall."""
