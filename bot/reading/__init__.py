"""From what people type, paste, attach or point at, to targets and reasons: no I/O, no clock."""
