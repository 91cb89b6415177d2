//! Pieces of SQL that diesel's query language lacks, written so that statements stay in the
//! prepared-statement cache and PostgreSQL keeps their plans.

mod keep_prepared;
mod keyset;
mod limit;
mod per_key;
mod together;
mod wanted;

pub use keep_prepared::{KeepPreparedDsl, KeptPrepared};
pub use keyset::{Keyset, Side};
pub use limit::{LimitDsl, Limited};
pub use per_key::{CurrentKey, PerKey};
pub use together::Together;
pub use wanted::{OrDefault, Wanted, wanted};
