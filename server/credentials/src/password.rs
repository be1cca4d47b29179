//! Password hashes: argon2id on a bounded pool of threads, and bcrypt for imported accounts.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use rand::{TryRng, rngs::SysRng};

use crate::{
    pool::{PoolError, WorkPool},
    secret::Secret,
};

/// Longest password in bytes. Argon2 takes more, but a request should not choose how much.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// Bytes of a password that bcrypt looks at. A longer one would match by its beginning alone.
const BCRYPT_BYTES: usize = 72;

/// Highest work factor of an imported bcrypt hash (about two seconds on a slow core).
const MAX_BCRYPT_COST: u32 = 15;

/// Most memory a stored hash may ask for, in KiB: the store must not choose our memory use.
const MAX_MEMORY_KIB: u32 = 256 * 1024;

/// Most passes that a stored hash may ask for.
const MAX_PASSES: u32 = 16;

/// How many may wait for each thread: at some 30 ms each, about one and a half seconds.
const WAITING_PER_THREAD: usize = 50;

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes that could be computed side by side.
    pub lanes: u32,
}

impl PasswordCost {
    /// OWASP's recommendation for argon2id: 19 MiB, two passes, one lane.
    pub const OWASP: Self = Self { memory_kib: 19_456, passes: 2, lanes: 1 };

    /// The least that argon2 allows. For tests; it protects nothing.
    pub const MINIMAL: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self::OWASP
    }
}

/// What the check of a password found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Whether it is the password.
    pub matches: bool,
    /// Whether the stored hash should be replaced now that the password is at hand.
    pub needs_rehash: bool,
}

impl Verified {
    const NO: Self = Self { matches: false, needs_rehash: false };
}

/// Why a password was neither hashed nor checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many sign-ins are waiting; trying again later helps.
    #[error("too many sign-ins are waiting")]
    Busy,
    /// The password has more than [`MAX_PASSWORD_BYTES`] bytes.
    #[error("the password is too long")]
    TooLong,
    /// The cost is outside of what argon2 allows, or no thread could be started.
    #[error("password hashing could not be set up")]
    Setup,
    /// Hashing itself failed.
    #[error("password hashing failed")]
    Failed,
}

impl From<PoolError> for PasswordError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Busy => Self::Busy,
            PoolError::Lost => Self::Failed,
        }
    }
}

/// Hashes and checks passwords, a bounded number at a time.
#[derive(Debug)]
pub struct PasswordHasher {
    pool: WorkPool,
    scheme: Scheme,
}

impl PasswordHasher {
    /// Starts the hashing threads.
    ///
    /// # Errors
    /// [`PasswordError::Setup`] when argon2 refuses the cost or the system refuses a thread.
    pub fn new(cost: PasswordCost, threads: usize) -> Result<Self, PasswordError> {
        let scheme = Scheme::new(cost)?;
        let waiting = threads.max(1).saturating_mul(WAITING_PER_THREAD);
        let pool =
            WorkPool::start("password-hash", threads, waiting).map_err(|_| PasswordError::Setup)?;
        Ok(Self { pool, scheme })
    }

    /// The hash to store, as a PHC string with a salt of its own.
    ///
    /// # Errors
    /// [`PasswordError::TooLong`], [`PasswordError::Busy`] or [`PasswordError::Failed`].
    pub async fn hash(&self, password: Secret) -> Result<String, PasswordError> {
        limit_length(&password)?;
        let scheme = self.scheme;
        self.pool.run(move || scheme.hash(&password)).await?
    }

    /// Checks a password against a stored hash: argon2 (PHC string) or bcrypt (`$2a$`…).
    ///
    /// A stored text that is neither (such as the empty one of an account that signs in by
    /// OAuth2 alone) matches nothing, and takes as long to say so.
    ///
    /// # Errors
    /// [`PasswordError::TooLong`], [`PasswordError::Busy`] or [`PasswordError::Failed`].
    pub async fn verify(&self, password: Secret, stored: &str) -> Result<Verified, PasswordError> {
        limit_length(&password)?;
        let scheme = self.scheme;
        let stored = Secret::new(stored);
        Ok(self.pool.run(move || scheme.verify(&password, stored.expose())).await?)
    }

    /// Spends what [`Self::verify`] spends, for an account that does not exist, so that the
    /// time of an answer does not tell which accounts do.
    ///
    /// # Errors
    /// The same as [`Self::verify`], for the same passwords and at the same load.
    pub async fn verify_nothing(&self, password: Secret) -> Result<(), PasswordError> {
        self.verify(password, "").await.map(drop)
    }
}

fn limit_length(password: &Secret) -> Result<(), PasswordError> {
    if password.expose().len() > MAX_PASSWORD_BYTES {
        return Err(PasswordError::TooLong);
    }
    Ok(())
}

/// The hashing itself, without threads.
#[derive(Debug, Clone, Copy)]
struct Scheme {
    cost: PasswordCost,
}

impl Scheme {
    fn new(cost: PasswordCost) -> Result<Self, PasswordError> {
        // A hash that is made must also be accepted again.
        if cost.memory_kib > MAX_MEMORY_KIB || cost.passes > MAX_PASSES {
            return Err(PasswordError::Setup);
        }
        let scheme = Self { cost };
        scheme.argon2().map(|_| scheme)
    }

    fn argon2(self) -> Result<Argon2<'static>, PasswordError> {
        let PasswordCost { memory_kib, passes, lanes } = self.cost;
        let params =
            Params::new(memory_kib, passes, lanes, None).map_err(|_| PasswordError::Setup)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    fn hash(self, password: &Secret) -> Result<String, PasswordError> {
        let hash: PasswordHash = self
            .argon2()?
            .hash_password(password.expose().as_bytes())
            .map_err(|_| PasswordError::Failed)?;
        Ok(hash.to_string())
    }

    fn verify(self, password: &Secret, stored: &str) -> Verified {
        if ["$2a$", "$2b$", "$2y$"].iter().any(|prefix| stored.starts_with(prefix)) {
            return self.verify_bcrypt(password, stored);
        }
        match affordable_argon2(stored) {
            Some(hash) => self.verify_argon2(password, &hash),
            None => self.refuse(password, stored),
        }
    }

    fn verify_argon2(self, password: &Secret, hash: &PasswordHash) -> Verified {
        let matches = Argon2::default().verify_password(password.expose().as_bytes(), hash).is_ok();
        Verified { matches, needs_rehash: matches && !self.is_current(hash) }
    }

    fn verify_bcrypt(self, password: &Secret, stored: &str) -> Verified {
        let cost = stored.split('$').nth(2).and_then(|cost| cost.parse().ok());
        if cost.is_none_or(|cost: u32| cost > MAX_BCRYPT_COST) {
            return self.refuse(password, stored);
        }
        let bytes = password.expose().as_bytes();
        let equal = bcrypt::verify(bytes, stored).unwrap_or(false);
        let matches = equal && bytes.len() <= BCRYPT_BYTES;
        Verified { matches, needs_rehash: matches }
    }

    /// Says no after the usual amount of work.
    fn refuse(self, password: &Secret, stored: &str) -> Verified {
        if !stored.is_empty() {
            tracing::warn!(
                "a stored password hash is unreadable or too costly; it matches nothing"
            );
        }
        if let Some(decoy) = self.decoy() {
            self.verify_argon2(password, &decoy);
        }
        Verified::NO
    }

    /// A hash that nothing matches: random bytes in the place of salt and output.
    fn decoy(self) -> Option<PasswordHash> {
        let PasswordCost { memory_kib, passes, lanes } = self.cost;
        let (mut salt, mut output) = ([0_u8; 16], [0_u8; 32]);
        SysRng.try_fill_bytes(&mut salt).ok()?;
        SysRng.try_fill_bytes(&mut output).ok()?;
        let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
        let text = format!("$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${salt}${output}");
        PasswordHash::new(&text).ok()
    }

    fn is_current(self, hash: &PasswordHash) -> bool {
        let PasswordCost { memory_kib, passes, lanes } = self.cost;
        hash.algorithm.as_str() == "argon2id"
            && hash.version == Some(0x13)
            && Params::try_from(hash).is_ok_and(|params| {
                (params.m_cost(), params.t_cost(), params.p_cost()) == (memory_kib, passes, lanes)
            })
    }
}

/// A stored argon2 hash, unless it asks for more work than we would ever ask for.
fn affordable_argon2(stored: &str) -> Option<PasswordHash> {
    let hash = PasswordHash::new(stored).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let affordable = params.m_cost() <= MAX_MEMORY_KIB && params.t_cost() <= MAX_PASSES;
    (affordable && hash.hash.is_some() && hash.salt.is_some()).then_some(hash)
}

#[cfg(test)]
mod tests;
