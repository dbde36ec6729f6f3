//! Maps and sets to look things up in. Their order is none: whoever walks through one sorts what it takes.

/// A map with a fast hash.
pub(crate) type Map<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// A set with a fast hash.
pub(crate) type Set<T> = std::collections::HashSet<T, foldhash::fast::RandomState>;
