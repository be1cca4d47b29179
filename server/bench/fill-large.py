"""Fills the data folder of a stopped server: rows straight into its file, files beside it.
python3 server/bench/fill-large.py DIR GIGABYTES_OF_ROWS GIGABYTES_OF_FILES
"""

import os
import sqlite3
import sys

folder, rows_gb, files_gb = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
db = sqlite3.connect(os.path.join(folder, "data.db"), isolation_level=None)
db.execute("PRAGMA synchronous = off")
collection = db.execute("SELECT id FROM _collections WHERE name = 'bulk'").fetchone()[0]
ROW = 2048
FILE = 1 << 20
rows = int(rows_gb * (1 << 30) / (ROW + 120))
files = int(files_gb * (1 << 30) / FILE)
insert = """
INSERT INTO bulk (id, title, body, file)
WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2)
SELECT printf('r%014d', i), 'row ' || i, hex(randomblob(?3)),
       CASE WHEN i < ?4 THEN printf('f%014d.bin', i) ELSE '' END FROM n
"""
STEP = 100_000
for begin in range(0, rows, STEP):
    db.execute("BEGIN")
    db.execute(insert, (begin, min(begin + STEP, rows), ROW // 2, files))
    db.execute("COMMIT")
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
db.close()
for i in range(files):
    place = os.path.join(folder, "storage", collection, f"r{i:014}")
    os.makedirs(place, exist_ok=True)
    with open(os.path.join(place, f"f{i:014}.bin"), "wb") as file:
        file.write(os.urandom(FILE))
print(f"{rows} rows, {files} files")
