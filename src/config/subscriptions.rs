use super::{ConfigError, Environment};

/// How much may be held open for subscriptions, by this process.
#[derive(Clone, Copy, Debug)]
pub struct SubscriptionsConfig {
    /// `SUBSCRIPTION_CONNECTIONS` (10000): in all. Each takes some 30 KiB of memory.
    pub connections: usize,
    /// `SUBSCRIPTION_CONNECTIONS_PER_ADDRESS` (2000): from one address, behind which may be many
    /// people.
    pub connections_per_address: usize,
    /// `SUBSCRIPTION_CONNECTIONS_PER_USER` (200): of one user.
    pub connections_per_user: usize,
    /// `SUBSCRIPTION_OPERATIONS_PER_CONNECTION` (100): operations under way on one connection.
    pub operations_per_connection: usize,
}

impl SubscriptionsConfig {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        let number = |variable, default, example| {
            let number = environment.within(variable, (1, 1_000_000), default, example)?;
            Ok(usize::try_from(number).unwrap_or(usize::MAX))
        };
        Ok(Self {
            connections: number("SUBSCRIPTION_CONNECTIONS", 10_000, "10000")?,
            connections_per_address: number("SUBSCRIPTION_CONNECTIONS_PER_ADDRESS", 2000, "2000")?,
            connections_per_user: number("SUBSCRIPTION_CONNECTIONS_PER_USER", 200, "200")?,
            operations_per_connection: number(
                "SUBSCRIPTION_OPERATIONS_PER_CONNECTION",
                100,
                "100",
            )?,
        })
    }
}
