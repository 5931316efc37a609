//! Issue trackers over HTTP: one folder per tracker.
