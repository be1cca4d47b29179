//! One TLS set-up for requests and for the websocket: rustls with ring, and the certificates that
//! the operating system trusts. Nothing global is installed, so an application may use another
//! provider beside it. Without the feature `tls` only plain connections are made.

use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::http::Request;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::error::{Error, Result};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What is needed to open encrypted connections.
#[derive(Clone)]
pub(crate) struct Tls {
    #[cfg(feature = "tls")]
    config: std::sync::Arc<rustls::ClientConfig>,
}

#[cfg(feature = "tls")]
impl Tls {
    /// Reads the trusted certificates. A machine without any can still speak to a plain server.
    pub(crate) fn for_base(base: &url::Url) -> Result<Self> {
        use rustls::{ClientConfig, RootCertStore, crypto::ring};
        use rustls_platform_verifier::BuilderVerifierExt as _;

        let broken = |error: rustls::Error| Error::Address(format!("TLS can't be set up: {error}"));
        let provider = std::sync::Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(broken)?;
        let config = match builder.clone().with_platform_verifier() {
            Ok(trusting) => trusting.with_no_client_auth(),
            Err(_) if base.scheme() == "http" => {
                builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
            }
            Err(error) => return Err(broken(error)),
        };
        Ok(Self { config: std::sync::Arc::new(config) })
    }

    pub(crate) fn apply(&self, http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        http.tls_backend_preconfigured((*self.config).clone())
    }

    pub(crate) async fn connect(
        &self,
        request: Request<()>,
    ) -> std::result::Result<Socket, tungstenite::Error> {
        let connector = tokio_tungstenite::Connector::Rustls(std::sync::Arc::clone(&self.config));
        let (socket, _) =
            tokio_tungstenite::connect_async_tls_with_config(request, None, true, Some(connector))
                .await?;
        Ok(socket)
    }
}

#[cfg(not(feature = "tls"))]
impl Tls {
    pub(crate) fn for_base(base: &url::Url) -> Result<Self> {
        if base.scheme() == "https" {
            return Err(Error::Address("https needs the feature `tls`".to_owned()));
        }
        Ok(Self {})
    }

    pub(crate) fn apply(&self, http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        http
    }

    pub(crate) async fn connect(
        &self,
        request: Request<()>,
    ) -> std::result::Result<Socket, tungstenite::Error> {
        let (socket, _) = tokio_tungstenite::connect_async_with_config(request, None, true).await?;
        Ok(socket)
    }
}
