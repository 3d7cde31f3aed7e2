"""What people and machines ask for: a sync, its cancellation, the approval of a removal."""
