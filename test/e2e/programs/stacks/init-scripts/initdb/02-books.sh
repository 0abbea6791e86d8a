#!/bin/bash
set -e

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<-EOSQL
	CREATE TABLE books (title text);
	INSERT INTO books VALUES ('The Trial'), ('The Castle'), ('Amerika');
	GRANT SELECT ON books TO reader;
EOSQL
