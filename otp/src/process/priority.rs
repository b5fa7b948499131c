//! Priority: how many messages a process handles before it lets others run.

/// How many messages a process handles in a row before it yields to the other tasks of its thread.
///
/// Erlang's levels, with the one effect that a cooperative scheduler can give them: a larger share, not precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum Priority {
    /// 32 messages.
    Low = 0,
    /// 128 messages: the default.
    #[default]
    Normal = 1,
    /// 256 messages.
    High = 2,
    /// 1024 messages.
    Max = 3,
}

impl Priority {
    /// Messages handled in a row.
    pub const fn budget(self) -> u16 {
        match self {
            Self::Low => 32,
            Self::Normal => 128,
            Self::High => 256,
            Self::Max => 1024,
        }
    }

    pub(crate) const fn from_u8(n: u8) -> Self {
        match n {
            0 => Self::Low,
            2 => Self::High,
            3 => Self::Max,
            _ => Self::Normal,
        }
    }
}
