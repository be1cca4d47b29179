//! The providers that people can sign in with.

use serde_json::json;
use underpin_credentials::oauth2::provider;
use underpin_model::Json;

/// Every provider with its names and a picture, for those who set them up.
pub fn oauth2_providers() -> Json {
    let shown = |provider: &provider::Provider| {
        json!({
            "name": provider.name,
            "displayName": provider.display_name,
            "logo": provider.logo(),
        })
    };
    provider::ALL.iter().map(shown).collect()
}
