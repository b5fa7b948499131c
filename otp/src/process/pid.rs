//! Process identifiers.

use std::fmt;

/// Identifies a process. `Copy`, cheap to compare, and never used again for another process of this program.
///
/// A pid denotes one incarnation: after a restart the new process has another pid. Use a name, a supervisor's typed
/// handle or a registry key to reach whoever serves now.
///
/// Prints like Erlang's: `<0.17.1>`, where the first number is the node (0: this one).
#[doc(alias = "pid")]
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pid {
    /// Incarnation of the node the process lives on; 0 is this program.
    node: u32,
    /// Place in the process table.
    slot: u32,
    /// How often the place had been taken before.
    generation: u32,
}

impl Pid {
    pub(crate) const fn local(slot: u32, generation: u32) -> Self {
        Self { node: 0, slot, generation }
    }

    /// Whether the process lives (or lived) in this program.
    #[doc(alias = "node")]
    pub const fn is_local(self) -> bool {
        self.node == 0
    }

    pub(crate) const fn slot(self) -> u32 {
        self.slot
    }

    pub(crate) const fn generation(self) -> u32 {
        self.generation
    }

    /// A pid that no process has: what a registry answers when nobody can have a name (see [`Via`](super::Via)).
    pub const NOBODY: Self = Self { node: 0, slot: u32::MAX, generation: u32::MAX };

    pub(crate) const fn to_tag(self) -> [u32; 3] {
        [self.node, self.slot, self.generation]
    }

    /// The pid in a tag; none for the tag of a caller that is no process.
    pub(crate) const fn from_tag(tag: [u32; 3]) -> Option<Self> {
        if tag[1] == Self::NOBODY.slot { None } else { Some(Self::of_tag(tag)) }
    }

    /// The pid in a tag, or [`NOBODY`](Self::NOBODY).
    pub(crate) const fn of_tag([node, slot, generation]: [u32; 3]) -> Self {
        Self { node, slot, generation }
    }
}

/// The tag of a caller that is no process.
pub(crate) const NO_PID: [u32; 3] = Pid::NOBODY.to_tag();

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NOBODY {
            return f.write_str("<nobody>");
        }
        write!(f, "<{}.{}.{}>", self.node, self.slot, self.generation)
    }
}

impl fmt::Debug for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Hashes a pid by its place alone: places of living processes differ.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PlaceHasher(u64);

impl std::hash::Hasher for PlaceHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.write_u64(u64::from(*b));
        }
    }
    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }
    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }
    fn write_u64(&mut self, n: u64) {
        // Fibonacci hashing: the multiplication spreads the bits upwards, the rotation of the next word brings them down.
        self.0 = (self.0.rotate_left(32) ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// A map for keys that are small numbers of our own making.
pub(crate) type Map<K, V> = std::collections::HashMap<K, V, std::hash::BuildHasherDefault<PlaceHasher>>;
