//! Scanner reports in, findings out: one folder per format.
