//! The table of stable error codes. Clients act on the name; the message is for people.

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident => $name:literal, $message:literal;)*) => {
        /// Why a value was refused. The name is stable and part of the web API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[$doc])* $variant,)* }

        impl ErrorCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)*];

            /// The stable name that goes over the wire.
            pub fn name(self) -> &'static str {
                match self { $(ErrorCode::$variant => $name,)* }
            }

            /// The sentence shown when nothing more exact is known.
            pub fn message(self) -> &'static str {
                match self { $(ErrorCode::$variant => $message,)* }
            }
        }
    };
}

codes! {
    /// A needed value is missing or empty.
    Required => "validation_required", "A value is needed here.";
    /// Another record already has this value.
    NotUnique => "validation_not_unique", "The value must be unique and is taken already.";
    /// The value is of no use for this field.
    InvalidValue => "validation_invalid_value", "The value does not fit this field.";
    /// Shorter than allowed.
    MinText => "validation_min_text_constraint", "The text is too short.";
    /// Longer than allowed.
    MaxText => "validation_max_text_constraint", "The text is too long.";
    /// The text breaks the field's pattern.
    InvalidFormat => "validation_invalid_format", "The value has not the expected format.";
    /// Smaller than the field's minimum.
    MinNumber => "validation_min_number_constraint", "The number is too small.";
    /// Larger than the field's maximum.
    MaxNumber => "validation_max_number_constraint", "The number is too large.";
    /// A whole number was needed.
    OnlyInt => "validation_only_int_constraint", "Only whole numbers are taken.";
    /// Not finite.
    NotANumber => "validation_not_a_number", "The value is not a number.";
    /// Not an e-mail address.
    IsEmail => "validation_is_email", "This is not a valid e-mail address.";
    /// Not a web address.
    InvalidUrl => "validation_invalid_url", "This is not a valid web address.";
    /// The address is of a domain that the field refuses.
    EmailDomain => "validation_email_domain_not_allowed", "E-mail addresses of this domain are not allowed.";
    /// The web address is of a domain that the field refuses.
    UrlDomain => "validation_url_domain_not_allowed", "Web addresses of this domain are not allowed.";
    /// A longitude beyond the globe.
    InvalidLongitude => "validation_invalid_longitude", "A longitude is a number from -180 to 180.";
    /// A latitude beyond the globe.
    InvalidLatitude => "validation_invalid_latitude", "A latitude is a number from -90 to 90.";
    /// An id with a sign that ids may not have.
    ForbiddenIdSign => "validation_forbidden_pk_character", "The id has a sign that ids may not have.";
    /// An id that is the name of a device on some systems.
    ReservedId => "validation_reserved_pk", "This id is reserved.";
    /// An old password that is not the one of the account.
    InvalidOldPassword => "validation_invalid_old_password", "This is not the current password.";
    /// An id that is taken, or differs from a taken one in case alone.
    InvalidId => "validation_pk_invalid", "The id can't be used or is taken.";
    /// An id that a record of another auth collection has.
    InvalidAuthId => "validation_invalid_auth_id", "This id can't be used: another account has it.";
    /// A reference to a collection that has no accounts.
    InvalidCollectionId => "validation_invalid_collection_id", "This is not the id of an auth collection.";
    /// A reference to an account that is not there.
    InvalidRecord => "validation_invalid_record", "There is no such record.";
    /// Not JSON.
    InvalidJson => "validation_invalid_json", "This is not valid JSON.";
    /// JSON larger than allowed.
    JsonSize => "validation_json_size_limit", "The JSON document is too large.";
    /// Editor text larger than allowed.
    ContentSize => "validation_content_size_limit", "The content is too large.";
    /// More values than the field takes.
    TooManyValues => "validation_too_many_values", "Too many values.";
    /// Fewer values than the field needs.
    NotEnoughValues => "validation_not_enough_values", "Not enough values.";
    /// Fewer ways of signing in than two factors need.
    MfaNotEnoughAuths => "validation_mfa_not_enough_auths", "Two factors need two ways of signing in.";
    /// A related record is missing.
    MissingRelation => "validation_missing_rel_records", "A related record was not found.";
    /// A file larger than allowed.
    FileSize => "validation_file_size_limit", "The file is too large.";
    /// More files than allowed.
    TooManyFiles => "validation_too_many_files", "Too many files.";
    /// A file of a type that the field refuses.
    InvalidMime => "validation_invalid_mime_type", "Files of this type are not taken.";
    /// A file name that names no file of this record.
    InvalidFile => "validation_invalid_file", "This is not a file of the record.";
    /// The id of a record can't be changed.
    IdChange => "validation_pk_change", "The id of a record can't be changed.";
    /// Two values that had to be equal are not.
    ValuesMismatch => "validation_values_mismatch", "The values do not match.";
    /// The length is outside the allowed range.
    LengthOutOfRange => "validation_length_out_of_range", "The length is out of range.";
    /// The number of characters is below the minimum.
    LengthTooShort => "validation_length_too_short", "The text is too short.";
    /// The number of characters is over the maximum.
    LengthTooLong => "validation_length_too_long", "The text is too long.";
    /// The length is not the only one that fits.
    LengthInvalid => "validation_length_invalid", "The length is wrong.";
    /// Below a minimum.
    MinGreaterEqualThanRequired => "validation_min_greater_equal_than_required", "The value is too small.";
    /// Above a maximum.
    MaxLessEqualThanRequired => "validation_max_less_equal_than_required", "The value is too large.";
    /// Not one of the allowed values.
    InInvalid => "validation_in_invalid", "This is not one of the allowed values.";
    /// Text that does not match its required form.
    MatchInvalid => "validation_match_invalid", "The value has not the expected form.";
    /// A value where none is allowed.
    Empty => "validation_empty", "This must be empty.";
    /// Not a domain.
    IsDomain => "validation_is_domain", "This is not a valid domain.";
    /// Not a web address where one is needed.
    IsUrl => "validation_is_url", "This is not a valid web address.";
    /// Not a colour.
    IsHexColor => "validation_is_hex_color", "This is not a colour such as #1055c9.";
    /// Not the name or number of a host.
    IsHost => "validation_is_host", "This is not a valid host name or IP address.";
    /// Not an address or range of addresses. (Clients know the code by this spelling.)
    InvalidIp => "validation_invlaid_ip_or_subnet", "This is not a valid IP address or range such as 10.0.0.0/8.";
    /// Times that can't be read.
    InvalidCron => "validation_invalid_cron", "This is not a valid cron expression.";
    /// A limit of requests beside another one for the same.
    ConflictingRateLimit => "validation_conflicting_rate_limit_rule", "Another rule has this label for the same audience.";
    /// Not an auth collection.
    InvalidAuthCollection => "validation_invalid_auth_collection", "This is not the id or name of an auth collection.";
    /// A pattern that can't be read.
    InvalidRegex => "validation_invalid_regex", "The pattern can't be read.";
    /// A pattern that no text can be drawn from.
    InvalidAutogeneratePattern => "validation_invalid_autogenerate_pattern", "No value can be drawn from this pattern.";
    /// A pattern that may draw what the field refuses.
    InvalidAutogenerateValue => "validation_invalid_autogenerate_pattern_value", "The pattern may draw values that the field refuses.";
    /// A name with the mark of back relations in it.
    FoundVia => "validation_found_via", "The name must not contain \"_via_\".";
    /// A second id field.
    CompositeId => "validation_unsupported_composite_pk", "A collection has exactly one id field.";
    /// A rule that can't be read.
    InvalidRule => "validation_invalid_rule", "The rule can't be read.";
    /// An empty rule where only no rule or a real one makes sense.
    NilOrNotEmpty => "validation_nil_or_not_empty_required", "Everybody would pass: set a rule, or none.";
    /// A field's name is used twice.
    DuplicatedFieldName => "validation_duplicated_field_name", "Another field has this name.";
    /// A field's id is used twice.
    DuplicatedFieldId => "validation_duplicated_field_id", "Another field has this id.";
    /// A collection's name is taken.
    CollectionNameExists => "validation_collection_name_exists", "Another collection has this name.";
    /// A collection's id is taken.
    CollectionIdExists => "validation_invalid_or_existing_id", "Another collection has this id.";
    /// A reserved name.
    ReservedName => "validation_not_in_invalid", "This name is reserved.";
    /// The type of something can't be changed.
    TypeChange => "validation_field_type_change", "The type can't be changed.";
    /// The type of a collection can't be changed.
    CollectionTypeChange => "validation_collection_type_change", "The collection's type can't be changed.";
    /// A system collection can't be renamed.
    SystemNameChange => "validation_collection_system_name_change", "System collections can't be renamed.";
    /// A system flag can't be changed.
    SystemFlagChange => "validation_collection_system_flag_change", "The system flag can't be changed.";
    /// A system field was changed or removed.
    SystemFieldChange => "validation_system_field_change", "System fields can't be changed or removed.";
    /// A rule of a system collection can't be changed.
    SystemRuleChange => "validation_collection_system_rule_change", "This rule can't be changed.";
    /// The relation's collection does not exist.
    InvalidRelationCollection => "validation_field_relation_missing_collection", "The related collection does not exist.";
    /// A relation to a view from a collection that is none.
    RelationToView => "validation_relation_field_non_view_base_collection", "Only views may point at other views.";
    /// The relation's collection can't be changed.
    RelationChange => "validation_field_relation_change", "The related collection can't be changed.";
    /// An index can't be read or made.
    InvalidIndexExpression => "validation_invalid_index_expression", "The index definition can't be used.";
    /// Two indexes with one name.
    DuplicatedIndex => "validation_duplicated_index_name", "Another index has this name.";
    /// An index name is used by another collection.
    ExistingIndex => "validation_existing_index_name", "This index name is used by another collection.";
    /// A needed unique index is missing.
    MissingUniqueIndex => "validation_missing_unique_constraint", "The field needs a unique index.";
    /// An unknown field was named.
    MissingField => "validation_missing_field", "There is no such field.";
    /// A system index was changed.
    SystemIndexChange => "validation_system_index_change", "System indexes can't be changed.";
    /// A request of a batch failed, and with it the batch.
    BatchRequestFailed => "batch_request_failed", "This request of the batch failed.";
    /// Invalid view query.
    InvalidViewQuery => "validation_invalid_view_query", "The view's query can't be used.";
    /// A view without a column that names its records.
    MissingPrimaryKey => "validation_missing_primary_key", "The field \"id\" is missing.";
    /// A view with indexes.
    IndexesNotSupported => "validation_indexes_not_supported", "Views have no indexes.";
    /// A value where there must be none at all.
    Nil => "validation_nil", "This must be null.";
    /// A collection's name that the server needs itself.
    CollectionNameInvalid => "validation_collection_name_invalid", "This name is the server's own.";
    /// A collection's name that is another one's id.
    NameIdDuplicate => "validation_collection_name_id_duplicate", "Another collection has this id.";
    /// A sign-in provider that does not exist.
    MissingProvider => "validation_missing_provider", "There is no such provider.";
    /// A sign-in provider that is listed twice.
    DuplicatedProvider => "validation_duplicated_provider", "This provider is listed already.";
    /// A name that another backup has.
    BackupNameExists => "validation_backup_name_exists", "Another backup has this name.";
    /// An import that was undone.
    ImportFailure => "validation_collections_import_failure", "The collections can't be imported.";
}
