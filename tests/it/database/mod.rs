//! Migrations, the generated schema, and the plans of statements.

mod abandoned;
mod account_plans;
mod links;
mod migrations;
mod outage;
mod plans;
mod pooler;
mod schema_drift;
mod tls;
