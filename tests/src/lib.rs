//! Helpers that the journeys share.
