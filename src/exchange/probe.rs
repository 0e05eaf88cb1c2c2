//! The marked steps: where a thread could be stopped for good, and a test does stop it.

/// A marked step of an exchange. Whoever is stopped there, for however long, stops nobody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Step {
    /// An entry is written, and not in the log yet.
    Written,
    /// It is in the log; nobody has been told.
    Claimed,
    /// The role has been taken.
    RoleTaken,
    /// An entry is about to be applied.
    Applying,
    /// It has been applied; the decision is not published yet.
    Applied,
    /// The decision is published; the progress does not show it yet.
    Published,
    /// The progress shows it; the role is still held.
    Progressed,
    /// A checkpoint is due, and not published yet.
    CheckpointDue,
    /// The checkpoint is published; its maker has no engine to go on with yet.
    CheckpointPublished,
    /// He has one.
    CheckpointCopied,
    /// Segments behind the checkpoint are about to be retired.
    Retiring,
    /// The engine is about to be put back.
    PuttingBack,
    /// It has been put back; the log has not been looked at again.
    PutBack,
    /// A take-over has been announced; nothing is loaded yet.
    TakeOverBegun,
    /// The checkpoint is loaded and copied; nothing is redone yet.
    TakeOverLoaded,
    /// An entry has been redone that was decided before.
    Redone,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Written,
        Self::Claimed,
        Self::RoleTaken,
        Self::Applying,
        Self::Applied,
        Self::Published,
        Self::Progressed,
        Self::CheckpointDue,
        Self::CheckpointPublished,
        Self::CheckpointCopied,
        Self::Retiring,
        Self::PuttingBack,
        Self::PutBack,
        Self::TakeOverBegun,
        Self::TakeOverLoaded,
        Self::Redone,
    ];
}

/// Is told at each marked step, by the thread that is there. `()` does nothing and costs nothing.
pub trait Probe: Send + Sync + 'static {
    /// This thread is there.
    #[inline(always)]
    fn reached(&self, step: Step) {
        let _ = step;
    }
}

impl Probe for () {}
