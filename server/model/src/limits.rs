//! Named limits, each with its reason.

/// Longest filter that a client may send, in bytes. Rules are exempt.
pub const MAX_FILTER_BYTES: usize = 3_500;
/// Most comparisons in one filter or rule.
pub const MAX_FILTER_EXPRESSIONS: usize = 200;
/// Most sort keys in one list request.
pub const MAX_SORT_KEYS: usize = 8;
/// Longest single sort key, in bytes.
pub const MAX_SORT_KEY_BYTES: usize = 255;
/// Most hops through relations in one dotted name or expand path.
pub const MAX_RELATION_HOPS: usize = 6;
/// Most records that one `expand` name brings to a record over a back relation.
pub const MAX_BACK_RELATED: u64 = 1_000;
/// Most records that the `expand` of one request puts into its answer, counted wherever they
/// stand: a few names can multiply to billions.
pub const MAX_EXPANDED: usize = 100_000;
/// Largest page.
pub const MAX_PER_PAGE: u32 = 1_000;
/// Page size when none was asked for.
pub const DEFAULT_PER_PAGE: u32 = 30;
/// Longest text in a text field whose own limit is unset, in characters.
pub const DEFAULT_TEXT_LENGTH: usize = 5_000;
/// Largest file when a file field sets no limit, in bytes.
pub const DEFAULT_FILE_BYTES: u64 = 5 * 1024 * 1024;
/// Largest JSON document or editor text when the field sets no limit, in bytes.
pub const DEFAULT_JSON_BYTES: u64 = 1024 * 1024;
/// Most levels of lists and objects in a JSON document. Readers take 128 at most, and pages, batches
/// and expanded records are around it.
pub const MAX_DOCUMENT_DEPTH: usize = 100;
/// Largest editor text when the field sets no limit, in bytes.
pub const DEFAULT_EDITOR_BYTES: u64 = 5 * 1024 * 1024;
/// Largest request body, in bytes.
pub const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;
/// Largest body of a batch when the settings name no limit, in bytes. Most of it has to be files:
/// its JSON is bound by [`MAX_BODY_BYTES`].
pub const DEFAULT_BATCH_BYTES: usize = 128 * 1024 * 1024;
/// Longest address of one request in a batch, in bytes.
pub const MAX_BATCH_URL_BYTES: usize = 2_000;
/// Deepest nesting in a JSON body; serde_json refuses beyond it.
pub const MAX_JSON_DEPTH: usize = 128;
