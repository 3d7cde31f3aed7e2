"""What people and machines ask for: a sync, its cancelling, the approval of a removal."""
