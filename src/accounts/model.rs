//! The things that accounts consist of, as services hand them out.

/// What someone may do, each including what those before it may. `docs/permissions.md` has the
/// whole matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads what is public.
    Reader,
    /// Writes posts of their own.
    Author,
    /// Edits everyone's posts.
    Editor,
    /// Manages accounts as well.
    Admin,
}

impl Role {
    /// Every role, from the least to the most.
    pub const ALL: [Self; 4] = [Self::Reader, Self::Author, Self::Editor, Self::Admin];

    /// The word for it in PostgreSQL's enum `user_role`, in tokens and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Author => "author",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    /// The role of a word, whatever its case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str().eq_ignore_ascii_case(word))
    }
}

/// What an API key may be used for, within what its owner may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApiKeyScope {
    /// Read what is public.
    ContentRead,
    /// Read what is not public, as far as the owner may.
    ContentReadDrafts,
    /// Write content, as far as the owner may.
    ContentWrite,
}

impl ApiKeyScope {
    /// Every scope.
    pub const ALL: [Self; 3] = [
        Self::ContentRead,
        Self::ContentReadDrafts,
        Self::ContentWrite,
    ];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ContentRead => "content:read",
            Self::ContentReadDrafts => "content:read-drafts",
            Self::ContentWrite => "content:write",
        }
    }
}

/// Scopes in their order, none twice; stored as OAuth 2 writes them, with spaces between (RFC 6749,
/// section 3.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<ApiKeyScope>);

impl Scopes {
    /// These scopes.
    #[must_use]
    pub fn new(mut scopes: Vec<ApiKeyScope>) -> Self {
        scopes.sort_unstable();
        scopes.dedup();
        Self(scopes)
    }

    /// Whether this scope is among them.
    #[must_use]
    pub fn contain(&self, scope: ApiKeyScope) -> bool {
        self.0.contains(&scope)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = ApiKeyScope> {
        self.0.iter().copied()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
