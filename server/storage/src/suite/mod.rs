//! The conformance suite that every backend runs. A test is a function over an open database; the
//! list below is the macro's single input, so that a test that is not listed is an unused function.

pub(crate) mod change_log;
pub(crate) mod logs;
pub(crate) mod reads;
pub(crate) mod scenes;
pub(crate) mod serial_order;
pub(crate) mod table_changes;
pub(crate) mod views;
pub(crate) mod writes;

use std::time::Duration;

use crate::{Database, statement::Dialect};

/// A fresh database of one backend. Dropping it removes the data.
pub(crate) trait Fixture: Sized {
    /// Which language its own SQL is in.
    const DIALECT: Dialect;

    /// An empty database whose reads may take this long.
    async fn open(read_limit: Duration) -> (Self, Database);

    /// The same data once more, as another process would open it.
    async fn open_again(&self) -> Database;
}

/// Reads of the tests end within this, unless a test says otherwise.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

macro_rules! suite {
    ($dollar:tt $($module:ident { $($name:ident),* $(,)? })*) => {
        /// One test a function of the suite, for one backend.
        macro_rules! run_suite {
            ($dollar fixture:ty) => {
                $(mod $module {
                    use super::*;
                    $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                    async fn $name() {
                        $crate::suite::$module::$name::<$dollar fixture>().await;
                    })*
                })*
            };
        }
        pub(crate) use run_suite;
    };
}

suite! { $
    writes {
        group_commit_keeps_the_order_of_callers,
        failed_unit_leaves_nothing_and_spares_its_neighbours,
        panicking_unit_does_not_end_the_writer,
        answer_comes_after_the_commit,
        unique_violation_names_the_columns,
        missing_value_names_the_column,
        unit_may_go_on_after_a_violation,
        unit_past_its_time_fails_alone,
        read_past_its_units_time_is_ended_and_fails_the_unit_alone,
        abandoned_unit_that_waits_is_not_run,
        cancelled_write_is_done_wholly_or_not_at_all,
        close_runs_what_waits_and_refuses_what_comes,
        two_processes_write_to_one_database,
    }
    change_log {
        positions_increase_and_equal_the_committed_writes,
        unit_that_fails_leaves_no_change,
        change_reads_back_equal,
        committed_position_is_known_before_the_answer,
        trim_removes_old_rows_in_batches,
        trim_keeps_the_newest_rows,
        position_is_not_given_out_again_after_all_was_trimmed,
        keys_of_logged_records_go_and_swap_with_the_fields,
        epoch_and_position_outlive_a_restart,
    }
    logs {
        entries_are_kept_and_outlive_a_restart,
        a_batch_is_written_as_a_whole_or_not_at_all,
        what_is_beyond_the_limits_goes,
    }
    table_changes {
        new_columns_are_unset,
        renames_keep_the_data,
        dropped_column_takes_nothing_else_along,
        single_and_multiple_convert_both_ways,
        other_shapes_convert_by_their_text,
        failed_unit_undoes_its_table_changes,
        indexes_and_views_come_and_go,
        readers_see_a_changed_schema,
    }
    reads {
        rows_give_every_kind_of_cell,
        text_is_none_for_null_and_for_no_row,
        texts_leave_nulls_out,
        read_in_the_thread_sees_what_was_committed,
        endless_read_is_ended,
        endless_read_in_the_thread_is_ended,
        abandoned_read_gives_its_place_back,
        opening_again_changes_nothing,
    }
    views {
        a_query_is_described_with_all_it_reads,
        a_query_that_does_more_than_read_is_refused,
        an_endless_query_ends_at_the_limit_and_leaves_nothing,
        renames_carry_the_queries_of_views_along,
        bytes_that_are_no_text_do_not_fail_a_read,
    }
    serial_order {
        any_interleaving_equals_a_serial_order,
    }
}
