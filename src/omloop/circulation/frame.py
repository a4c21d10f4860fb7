"""What the page frame shows of the worklist: how much waits."""
