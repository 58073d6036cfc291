"""One step for each version of the tables. A step that was released is never changed."""
