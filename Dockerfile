# The server alone; PostgreSQL is elsewhere, where DATABASE_URL or POSTGRES_SERVER and its like say.
#
#   docker build -t imprenta .
#   docker run --rm -p 127.0.0.1:8000:8000 -e DATABASE_URL=postgresql://… -e SECRET_KEY=… imprenta
#   docker run --rm -e DATABASE_URL=postgresql://… imprenta migrate status
#
# Plain Dockerfile syntax and full image names: docker, podman and buildah all build it.

FROM docker.io/library/node:24-bookworm-slim AS node

FROM docker.io/library/rust:1.95-bookworm AS build
WORKDIR /build
# npm is for build.rs, which bundles the explorer; Debian's own is too old for it.
COPY --from=node /usr/local/bin/node /usr/local/bin/
COPY --from=node /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
# An image without the explorer would be a mistake that nobody notices: make it an error.
ENV IMPRENTA_REQUIRE_EXPLORER=1

# Three layers, from what seldom changes to what always does. The dependencies first, under an
# empty program: no further tool to download and build, as cargo-chef would be.
COPY Cargo.toml Cargo.lock ./
# Never built, but Cargo.toml names them, and cargo looks whether they are there.
COPY benches benches
RUN mkdir src \
 && echo '//! Empty.' > src/lib.rs \
 && printf '//! Empty.\nfn main() {}\n' > src/main.rs \
 && cargo build --release --locked --no-default-features

# Then the explorer, still under the empty program.
COPY build.rs ./
COPY web web
RUN cargo build --release --locked --no-default-features

# Then the program. Cargo goes by times, and the sources may be older than the empty ones were.
COPY migrations migrations
COPY src src
RUN touch src/main.rs src/lib.rs \
 && cargo build --release --locked --no-default-features

# Debian's smallest image rather than an empty one: it has the C library that the program was
# built against, scanners know its packages, and a person can look inside.
FROM docker.io/library/debian:bookworm-slim
LABEL org.opencontainers.image.title="Imprenta" \
      org.opencontainers.image.description="A GraphQL content API server on PostgreSQL" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
# Whom to trust for sslmode=verify-full. Copied, the one file spares the package and its tools.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /build/target/release/imprenta /usr/local/bin/
# A number, so that an orchestrator can see that it is not root. The program writes no files.
USER 10001:10001
ENV HOST=0.0.0.0 \
    PORT=8000 \
    LOG_FORMAT=json
EXPOSE 8000
STOPSIGNAL SIGTERM
# The first start may wait for the database, and migrate it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["imprenta", "healthcheck"]
ENTRYPOINT ["imprenta"]
CMD ["serve"]
