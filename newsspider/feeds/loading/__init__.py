"""Records into other systems: what there is to load, and one file a target. Loading twice changes nothing."""
