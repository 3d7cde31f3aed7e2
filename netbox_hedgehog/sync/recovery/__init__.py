"""Repairs what a dead worker leaves behind."""
