"""The merge itself: match, decide aspect by aspect, splice into ours. The gate checks it."""
