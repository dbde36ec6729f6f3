//! What the lock promises: what was handed out stays, and the rest follows from the keys alone.

mod kit;

mod numbers;
