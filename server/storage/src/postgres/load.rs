//! Rows as they are, copied into a table.

use super::write_connection::PostgresWriter;
use crate::{
    Cell, StorageResult,
    quoting::quoted,
    statement::{Dialect, Statement},
    transfer::{CellKind, MovedRow, MovedTable, RowKey},
};

impl PostgresWriter {
    /// Writes rows with the numbers that they have.
    pub(crate) async fn load(
        &mut self,
        table: &MovedTable,
        rows: &[MovedRow],
    ) -> StorageResult<()> {
        let columns = table.column_list(Dialect::Postgres);
        let copy = format!("COPY {} ({columns}) FROM STDIN", quoted(&table.name));
        let has_number = matches!(table.key, RowKey::Number { .. });
        let mut data = Vec::new();
        for row in rows {
            let mut separator = None;
            if has_number {
                data.extend_from_slice(row.number.to_string().as_bytes());
                separator = Some(b'\t');
            }
            for (column, cell) in table.columns.iter().zip(&row.cells) {
                data.extend(separator.replace(b'\t'));
                write(&mut data, column.kind, cell);
            }
            data.push(b'\n');
        }
        self.copy_in(&copy, &data).await
    }

    /// Lets new rows have numbers behind those that were loaded.
    pub(crate) async fn restart_numbers(&mut self, table: &MovedTable) -> StorageResult<()> {
        let Some(number) = table.number_column(Dialect::Postgres) else { return Ok(()) };
        let (number, name) = (number.replace('\'', "''"), quoted(&table.name));
        // Nothing for a column that has no sequence.
        let restart = format!(
            "SELECT setval(pg_get_serial_sequence('{}', '{number}'), newest) \
             FROM (SELECT max({}) AS newest FROM {name}) AS numbers WHERE newest > 0",
            name.replace('\'', "''"),
            quoted(&number),
        );
        self.rows(&Statement::vouched(restart)).await.map(drop)
    }
}

/// A value in the format of `COPY`.
fn write(data: &mut Vec<u8>, kind: CellKind, cell: &Cell) {
    match cell {
        Cell::Null => data.extend_from_slice(b"\\N"),
        Cell::Int(flag) if kind == CellKind::Flag => {
            data.push(if *flag == 0 { b'f' } else { b't' });
        }
        Cell::Int(number) => data.extend_from_slice(number.to_string().as_bytes()),
        Cell::Real(number) => data.extend_from_slice(format!("{number:?}").as_bytes()),
        Cell::Text(text) => write_escaped(data, text.as_bytes()),
        // No column holds them.
        Cell::Blob(bytes) => write_escaped(data, bytes),
    }
}

fn write_escaped(data: &mut Vec<u8>, bytes: &[u8]) {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\\' | b'\t' | b'\n' | b'\r'))
    {
        let (plain, behind) = rest.split_at(at);
        data.extend_from_slice(plain);
        let Some((sign, behind)) = behind.split_first() else { return };
        data.push(b'\\');
        data.push(match sign {
            b'\t' => b't',
            b'\n' => b'n',
            b'\r' => b'r',
            other => *other,
        });
        rest = behind;
    }
    data.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_the_format_are_escaped() {
        let mut data = Vec::new();
        write(&mut data, CellKind::Text, &Cell::Text("a\tb\\N\r\nü".into()));
        assert_eq!(String::from_utf8(data).unwrap(), "a\\tb\\\\N\\r\\nü");
    }
}
