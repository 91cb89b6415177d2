use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use diesel::ConnectionError;
use diesel::connection::CacheSize;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use tokio_postgres::tls::{MakeTlsConnect, TlsStream};
use tokio_postgres::{Client, NoTls, Socket};

use super::begins::Begins;
use super::lent::Watch;
use super::{ConnectError, tls};
use crate::config::{DatabaseConfig, DatabaseUrl, Pooler};

/// How long one attempt to connect may take.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Makes connections.
pub(super) struct Connector {
    /// What requests are answered from.
    requests: Server,
    /// PostgreSQL itself, where a pooler stands before it.
    direct: Option<Server>,
    pub(super) begins: Begins,
    statements: Arc<AtomicU64>,
}

/// Where to connect to.
struct Server {
    postgres: tokio_postgres::Config,
    tls: tls::Connect,
}

impl Connector {
    /// Fails if the certificates that a URL asks for cannot be read.
    pub(super) fn new(
        url: &DatabaseUrl,
        config: &DatabaseConfig,
        statements: Arc<AtomicU64>,
    ) -> Result<Self, ConnectError> {
        let direct = match &config.pooler {
            Pooler::None => None,
            Pooler::Transaction { direct } => Some(Server::new(direct)?),
        };
        Ok(Self {
            requests: Server::new(url)?,
            direct,
            begins: Begins::new(config),
            statements,
        })
    }

    /// How connections for requests are encrypted.
    pub(super) fn tls(&self) -> &tls::Connect {
        &self.requests.tls
    }

    /// A connection to PostgreSQL itself, whose settings are PostgreSQL's.
    pub(super) async fn direct(&self) -> Result<AsyncPgConnection, ConnectError> {
        let server = self.direct.as_ref().unwrap_or(&self.requests);
        server.connect(false).await
    }

    /// A connection for requests: its statements are limited in time, and counted.
    pub(super) async fn pooled(&self) -> Result<AsyncPgConnection, ConnectionError> {
        let connected = self.requests.connect(self.begins.by_transaction).await;
        let mut connection =
            connected.map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        let settings = if self.begins.by_transaction {
            // What was prepared would be on a connection that somebody else has next.
            connection.set_prepared_statement_cache_size(CacheSize::Disabled);
            "COMMIT"
        } else {
            &self.begins.settings
        };
        connection
            .batch_execute(settings)
            .await
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        connection.set_instrumentation(Watch::new(&self.statements));
        Ok(connection)
    }
}

impl Server {
    fn new(url: &DatabaseUrl) -> Result<Self, ConnectError> {
        let mut postgres = url.postgres().clone();
        if postgres.get_application_name().is_none() {
            postgres.application_name("imprenta");
        }
        if postgres.get_connect_timeout().is_none() {
            postgres.connect_timeout(CONNECT_TIMEOUT);
        }
        let tls = tls::Connect::new(url.tls())?;
        Ok(Self { postgres, tls })
    }

    /// Connects; if asked for, begins a transaction there.
    async fn connect(&self, begin: bool) -> Result<AsyncPgConnection, ConnectError> {
        match &self.tls {
            tls::Connect::Plain => self.connect_by(NoTls, begin).await,
            tls::Connect::Tls(connector) => self.connect_by(connector.clone(), begin).await,
        }
    }

    async fn connect_by<T>(&self, tls: T, begin: bool) -> Result<AsyncPgConnection, ConnectError>
    where
        T: MakeTlsConnect<Socket, Stream: TlsStream + Unpin + Send + 'static>,
    {
        let connecting = self.postgres.connect(tls);
        let (client, mut connection) = connecting.await.map_err(ConnectError::driver)?;
        if begin {
            let types_known = tokio::select! {
                known = begin_knowing_types(&client) => known,
                ended = &mut connection => ended,
            };
            types_known.map_err(ConnectError::driver)?;
        }
        // Sends what diesel sets on each connection, too.
        let connection = AsyncPgConnection::try_from_client_and_connection(client, connection);
        connection.await.map_err(|error| ConnectError::new(&error))
    }
}

/// Begins a transaction, and has the driver learn the types of the schema in it.
///
/// It would do so when it first meets one, and keep the statements of that prepared, on a connection that
/// somebody else has by then.
async fn begin_knowing_types(client: &Client) -> Result<(), tokio_postgres::Error> {
    client.batch_execute("BEGIN").await?;
    let enums = "SELECT string_agg(format('NULL::%1$s, NULL::%1$s[]', oid::regtype), ', ') \
        FROM pg_type WHERE typtype = 'e'";
    if let Some(columns) = text(client, enums).await? {
        client.prepare(&format!("SELECT {columns}")).await?;
    }
    // The driver's own have such names. A pooler that follows what is prepared gives them others, and
    // knows nothing of what is deallocated so.
    let kept = "SELECT string_agg(format('DEALLOCATE %I', name), '; ') \
        FROM pg_prepared_statements WHERE name ~ '^s[0-9]+$'";
    if let Some(deallocate) = text(client, kept).await? {
        client.batch_execute(&deallocate).await?;
    }
    Ok(())
}

/// The only text of the only row.
async fn text(client: &Client, query: &str) -> Result<Option<String>, tokio_postgres::Error> {
    let messages = client.simple_query(query).await?;
    let rows = messages.iter().filter_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    Ok(rows.map(str::to_owned).next())
}
