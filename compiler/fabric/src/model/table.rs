//! Tables of objects with an index type of their own.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use super::trace;

/// An index that only fits the table it is for.
pub trait Id: Copy {
    /// The number of the table, below [`TABLES`].
    const TABLE: usize;
    /// Wraps a position.
    fn from_index(index: usize) -> Self;
    /// The position.
    fn index(self) -> usize;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl Id for $name {
            const TABLE: usize = Number::$name as usize;
            fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).expect("a site has fewer than 2^32 objects of a kind"))
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*
        /// The tables by number.
        #[derive(Clone, Copy)]
        #[allow(clippy::enum_variant_names, reason = "each is an index type, and those are called so")]
        enum Number { $($name),* }

        /// How many tables there are.
        pub(super) const TABLES: usize = [$(Number::$name),*].len();
    };
}

ids! {
    /// Names a [`Tenant`](super::Tenant).
    TenantId,
    /// Names a [`Vrf`](super::Vrf).
    VrfId,
    /// Names a [`BridgeDomain`](super::BridgeDomain).
    BdId,
    /// Names an [`Epg`](super::Epg).
    EpgId,
    /// Names a [`Filter`](super::Filter).
    FilterId,
    /// Names a [`Contract`](super::Contract).
    ContractId,
    /// Names an [`L3Out`](super::L3Out).
    L3OutId,
    /// Names a [`Network`](super::Network).
    NetworkId,
    /// Names a [`Subnet`](super::Subnet).
    SubnetId,
    /// Names an [`ExternalNetwork`](super::ExternalNetwork).
    ExtNetId,
    /// Names a [`Router`](super::Router).
    RouterId,
    /// Names a [`SecurityGroup`](super::SecurityGroup).
    GroupId,
    /// Names the [`Members`](super::Members) of the group at the same place.
    MembersId,
    /// Names the [`Naming`](super::Naming) of the group at the same place.
    NamingId,
    /// Names a [`Port`](super::Port).
    PortId,
    /// Names a [`FloatingIp`](super::FloatingIp).
    FloatingId,
    /// Names a [`Host`](super::Host).
    HostId,
}

/// A list addressed by its own index type.
#[derive(Clone, Debug)]
pub struct Table<I, T> {
    items: Vec<T>,
    index: PhantomData<fn(I) -> I>,
}

impl<I: Id, T> Table<I, T> {
    /// Adds an object and names it.
    pub fn push(&mut self, item: T) -> I {
        self.items.push(item);
        I::from_index(self.items.len() - 1)
    }

    /// Makes room for so many more objects.
    pub fn reserve(&mut self, more: usize) {
        self.items.reserve_exact(more);
    }

    /// The objects in table order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        trace::whole::<I>();
        self.items.iter()
    }

    /// The objects in table order with their names.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (I, &T)> + Clone {
        trace::whole::<I>();
        self.items.iter().enumerate().map(|(at, item)| (I::from_index(at), item))
    }

    /// Where an object with a key stands in a table that is sorted by it, or would stand.
    pub fn binary_search_by_key<K: Ord>(&self, key: &K, of: impl FnMut(&T) -> K) -> Result<usize, usize> {
        trace::whole::<I>();
        self.items.binary_search_by_key(key, of)
    }

    /// The objects in table order, to be shared by threads. Whoever notes what it looks at is on one thread.
    pub(super) fn as_slice(&self) -> &[T] {
        &self.items
    }

    /// How many objects there are.
    #[must_use]
    pub fn len(&self) -> usize {
        trace::whole::<I>();
        self.items.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        trace::whole::<I>();
        self.items.is_empty()
    }
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Self { items: Vec::new(), index: PhantomData }
    }
}

impl<I, T> From<Vec<T>> for Table<I, T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, index: PhantomData }
    }
}

impl<I: Id, T> Index<I> for Table<I, T> {
    type Output = T;
    fn index(&self, id: I) -> &T {
        trace::row(id);
        &self.items[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for Table<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.items[id.index()]
    }
}

impl<'a, I: Id, T> IntoIterator for &'a Table<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}
