//! Password hashes: argon2id as it is recommended now, and what older systems left.
//!
//! All of this takes milliseconds of CPU time on purpose; see [`super::PasswordHasher`].

use argon2::password_hash::phc::{Ident, Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use ring::rand::{SecureRandom, SystemRandom};

use super::MAX_BYTES;
use crate::error::{Error, Result};

/// Memory in KiB, passes and lanes, as OWASP recommends for argon2id: "a minimum configuration of
/// 19 MiB of memory, an iteration count of 2, and 1 degree of parallelism" (Password Storage Cheat
/// Sheet, <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>).
const CURRENT: (u32, u32, u32) = (19_456, 2, 1);

/// Length of a hash in bytes.
const OUTPUT_BYTES: usize = 32;

/// Length of a salt in bytes (RFC 9106, section 3.1).
const SALT_BYTES: usize = 16;

/// Most memory in KiB that a stored argon2 hash may ask for: 1 GiB.
const MAX_MEMORY: u32 = 1 << 20;

/// Most work that a stored argon2 hash may ask for, in KiB times passes: some five seconds.
const MAX_WORK: u64 = 4 << 20;

/// Highest cost of a stored bcrypt hash: some five seconds.
const MAX_BCRYPT_COST: u32 = 16;

/// A hash with the current parameters of a password that nobody knows. It is verified where there
/// is none to verify, so that both take the same time.
pub const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$xjqhCRdOuFSZ2bwamhAALQ$\
                         8vJ1ot77JtiTjAX4P1FuEOt4qXW1jP1nzU6uPLcCw8I";

/// The memory that one hash after another is computed in: fresh pages would add a tenth to the
/// time. It is never shared.
#[derive(Default)]
pub struct Workspace(Vec<Block>);

/// What a stored hash says about a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Whether it is the hash of this password.
    pub matches: bool,
    /// Whether it should be replaced: it is not argon2id with the current parameters.
    pub outdated: bool,
}

impl Verification {
    /// Of a hash that can match nothing.
    const NO_MATCH: Self = Self {
        matches: false,
        outdated: false,
    };
}

/// The hash of a password, with a random salt, as a PHC string.
pub fn hash(password: &str, workspace: &mut Workspace) -> Result<String> {
    let mut salt = [0; SALT_BYTES];
    SystemRandom::new()
        .fill(&mut salt)
        .map_err(|_| Error::internal("the system gives no random bytes"))?;
    let params = current_params().map_err(to_internal)?;
    let mut hash = PasswordHash {
        algorithm: Ident::new("argon2id").map_err(to_internal)?,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(to_internal)?,
        salt: Some(Salt::new(&salt).map_err(to_internal)?),
        hash: None,
    };
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let output = compute(&argon2, password, &salt, OUTPUT_BYTES, workspace);
    hash.hash = Some(output.map_err(to_internal)?);
    Ok(hash.to_string())
}

/// Compares a password with a stored hash: argon2 in the PHC format, or bcrypt.
///
/// A stored hash of no known form, or with parameters that are out of all bounds, never matches;
/// nor does a password longer than [`MAX_BYTES`]. Both take the time of a comparison with
/// [`DUMMY`].
#[must_use]
pub fn verify(password: &str, stored: &str, workspace: &mut Workspace) -> Verification {
    if password.len() > MAX_BYTES {
        return verify_dummy(workspace);
    }
    let verification = if stored.starts_with("$argon2") {
        verify_argon2(password, stored, workspace)
    } else {
        verify_bcrypt(password, stored)
    };
    verification.unwrap_or_else(|| {
        // Never with the hash itself in the log.
        tracing::error!("a stored password hash is malformed, of an unknown kind or too costly");
        verify_dummy(workspace)
    })
}

/// Takes the time of a comparison, and never matches.
#[must_use]
pub fn verify_dummy(workspace: &mut Workspace) -> Verification {
    std::hint::black_box(verify_argon2("", DUMMY, workspace));
    Verification::NO_MATCH
}

/// `None` if the stored hash is malformed or too costly.
fn verify_argon2(password: &str, stored: &str, workspace: &mut Workspace) -> Option<Verification> {
    let stored = PasswordHash::new(stored).ok()?;
    let (salt, expected) = (stored.salt?, stored.hash?);
    let algorithm = Algorithm::try_from(stored.algorithm.as_str()).ok()?;
    // Without a version it is of the time before versions: 0x10.
    let version = Version::try_from(stored.version.unwrap_or(0x10)).ok()?;
    let params = Params::try_from(&stored).ok()?;
    if !is_affordable(&params) {
        return None;
    }
    let outdated = algorithm != Algorithm::Argon2id
        || version != Version::V0x13
        || (params.m_cost(), params.t_cost(), params.p_cost()) != CURRENT
        || expected.len() != OUTPUT_BYTES;
    let argon2 = Argon2::new(algorithm, version, params);
    let actual = compute(&argon2, password, &salt, expected.len(), workspace).ok()?;
    // `Output` compares in constant time.
    let matches = actual == expected;
    Some(Verification { matches, outdated })
}

/// `None` if the stored hash is malformed or too costly.
///
/// bcrypt ends a password at 72 bytes. Older systems cut silently, so what they accepted is
/// accepted here, until the hash is replaced by one of the whole password.
fn verify_bcrypt(password: &str, stored: &str) -> Option<Verification> {
    // `$2x$` marks hashes of a faulty implementation, which hashed other bytes.
    let known = ["$2a$", "$2b$", "$2y$"];
    let parts: bcrypt::HashParts = stored.parse().ok()?;
    if !known.iter().any(|known| stored.starts_with(known)) || parts.get_cost() > MAX_BCRYPT_COST {
        return None;
    }
    let same = bcrypt::verify(password, stored).ok()?;
    // bcrypt repeats the password with a NUL between, so `a` and `a\0a` have one hash.
    let matches = same && !password.contains('\0');
    Some(Verification {
        matches,
        outdated: true,
    })
}

fn current_params() -> argon2::Result<Params> {
    let (memory, passes, lanes) = CURRENT;
    Params::new(memory, passes, lanes, Some(OUTPUT_BYTES))
}

fn is_affordable(params: &Params) -> bool {
    let work = u64::from(params.m_cost()) * u64::from(params.t_cost());
    params.m_cost() <= MAX_MEMORY && work <= MAX_WORK
}

/// Computes an argon2 hash of `length` bytes.
fn compute(
    argon2: &Argon2<'_>,
    password: &str,
    salt: &[u8],
    length: usize,
    workspace: &mut Workspace,
) -> argon2::Result<Output> {
    let mut bytes = [0; Output::MAX_LENGTH];
    let bytes = bytes
        .get_mut(..length)
        .ok_or(argon2::Error::OutputTooLong)?;
    let blocks = argon2.params().block_count();
    let (memory, _, _) = CURRENT;
    if blocks > memory as usize {
        // A hash from elsewhere that needs more than ours: not kept.
        argon2.hash_password_into(password.as_bytes(), salt, bytes)?;
    } else {
        workspace.0.resize(memory as usize, Block::new());
        argon2.hash_password_into_with_memory(
            password.as_bytes(),
            salt,
            bytes,
            &mut workspace.0,
        )?;
    }
    Output::new(bytes).map_err(|_| argon2::Error::OutputTooShort)
}

fn to_internal(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::internal(error)
}
