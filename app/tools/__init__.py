"""Mouse tools of the section view: one small state machine each."""
