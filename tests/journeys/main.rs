//! Whole journeys through the engine, the practice tracker and the command line.

mod tidy;
