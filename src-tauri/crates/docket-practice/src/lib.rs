//! A practice GitHub on loopback: stateful, contract-checked, with faults that can be switched on.
