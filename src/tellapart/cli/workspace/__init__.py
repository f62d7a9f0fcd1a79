"""Commands on the workspace as a whole: backup, restore, doctor."""
