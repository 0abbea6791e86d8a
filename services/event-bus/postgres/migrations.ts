/**
 * The tables of the log and the functions that write to them. A call of a function needs one round trip and is one
 * transaction, and each statement in it sees everything that was committed before the statement began. Migrations that
 * were released never change; new ones are added at the end.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE partition (
    id   int PRIMARY KEY,
    head bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 50);
  INSERT INTO partition (id) SELECT generate_series(0, 15);

  CREATE TABLE event (
    partition int NOT NULL,
    "offset"  bigint NOT NULL,
    source    text NOT NULL,
    id        text NOT NULL,
    subject   text NOT NULL,
    digest    text NOT NULL,
    body      text NOT NULL,
    traceid   text,
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (partition, "offset"),
    UNIQUE (id, source)
  );

  CREATE TABLE cursor (
    subscriber  text NOT NULL,
    partition   int NOT NULL REFERENCES partition,
    position    bigint NOT NULL DEFAULT 0,
    rest        jsonb NOT NULL DEFAULT '{"pending":[],"failures":0,"refusals":0,"witness":0}',
    accepted    bigint NOT NULL DEFAULT 0,
    faltered    bigint NOT NULL DEFAULT 0,
    retries     bigint NOT NULL DEFAULT 0,
    due         timestamptz NOT NULL DEFAULT now(),
    retry_at    timestamptz,
    fence       bigint NOT NULL DEFAULT 0,
    holder      uuid,
    lease_until timestamptz,
    claimed_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (subscriber, partition)
  ) WITH (fillfactor = 50);

  CREATE TABLE dead_letter (
    subscriber text NOT NULL,
    partition  int NOT NULL,
    "offset"   bigint NOT NULL,
    subject    text NOT NULL,
    reason     text NOT NULL,
    error      text NOT NULL,
    attempts   int NOT NULL,
    died_at    timestamptz NOT NULL DEFAULT now(),
    state      text NOT NULL DEFAULT 'dead' CHECK (state IN ('dead', 'asked', 'redriving')),
    PRIMARY KEY (subscriber, partition, "offset")
  );
  CREATE INDEX dead_letter_asked ON dead_letter (subscriber, partition) WHERE state = 'asked';

  -- Offsets have no gaps because the same transaction raises the counter and stores the events. The partitions are
  -- locked first, in order, which prevents deadlocks. The second statement sees everything that was stored before it
  -- got the locks.
  CREATE FUNCTION append(partitions int[], sources text[], ids text[], subjects text[], digests text[], bodies text[], traceids text[])
  RETURNS TABLE (outcome text) LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM 1 FROM partition p WHERE p.id = ANY (partitions) ORDER BY p.id FOR NO KEY UPDATE;
    RETURN QUERY
    WITH given AS (
      SELECT * FROM unnest(partitions, sources, ids, subjects, digests, bodies, traceids)
        WITH ORDINALITY AS g (partition, source, id, subject, digest, body, traceid, n)
    ), known AS (
      SELECT g.n, e.digest = g.digest AS same FROM given g JOIN event e ON e.id = g.id AND e.source = g.source
    ), fresh AS (
      SELECT g.*, row_number() OVER (PARTITION BY g.partition ORDER BY g.n) AS place
      FROM given g WHERE NOT EXISTS (SELECT 1 FROM known k WHERE k.n = g.n)
    ), raised AS (
      UPDATE partition p SET head = p.head + f.count
      FROM (SELECT partition, count(*) AS count FROM fresh GROUP BY partition) f
      WHERE p.id = f.partition RETURNING p.id, p.head - f.count AS base
    ), stored AS (
      INSERT INTO event (partition, "offset", source, id, subject, digest, body, traceid)
      SELECT f.partition, r.base + f.place, f.source, f.id, f.subject, f.digest, f.body, f.traceid
      FROM fresh f JOIN raised r ON r.id = f.partition
    )
    SELECT CASE WHEN k.n IS NULL THEN 'stored' WHEN k.same THEN 'known' ELSE 'conflict' END
    FROM given g LEFT JOIN known k ON k.n = g.n ORDER BY g.n;
  END $$;

  -- Claims and settlements do not wait for the disk. A crash of PostgreSQL can lose the last of them, always together
  -- with everything after them. Then events are delivered again, which subscribers expect. A fence number can then
  -- occur twice, so each claim also has a unique holder.
  CREATE FUNCTION claim(name text, lease_ms float8)
  RETURNS SETOF cursor LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    RETURN QUERY
    -- Materialized, or else the planner may run it again for every row, and each time it finds another partition.
    WITH waiting AS MATERIALIZED (
      SELECT w.partition FROM cursor w JOIN partition p ON p.id = w.partition
      WHERE w.subscriber = name AND (w.lease_until IS NULL OR w.lease_until < clock_timestamp()) AND (
        (w.position < p.head AND w.due <= clock_timestamp()) OR w.retry_at <= clock_timestamp() OR EXISTS (
          SELECT 1 FROM dead_letter d WHERE d.subscriber = name AND d.partition = w.partition AND d.state = 'asked'))
      ORDER BY w.claimed_at LIMIT 1 FOR UPDATE OF w SKIP LOCKED
    )
    UPDATE cursor c
    SET fence = c.fence + 1, holder = gen_random_uuid(), claimed_at = clock_timestamp(),
        lease_until = clock_timestamp() + lease_ms * interval '1 ms'
    FROM waiting
    WHERE c.subscriber = name AND c.partition = waiting.partition
    RETURNING c.*;
  END $$;

  CREATE FUNCTION settle(
    name text, part int, own_fence bigint, own_holder uuid, new_position bigint, new_rest jsonb, more_accepted int, more_faltered int, more_retries int,
    deaths jsonb, revived bigint[], hold_ms float8, retry_ms float8, lease_ms float8
  ) RETURNS SETOF cursor LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    RETURN QUERY
    UPDATE cursor c
    SET position = new_position, rest = new_rest, accepted = c.accepted + more_accepted, faltered = c.faltered + more_faltered, retries = c.retries + more_retries,
        due = clock_timestamp() + hold_ms * interval '1 ms', retry_at = clock_timestamp() + retry_ms * interval '1 ms',
        lease_until = clock_timestamp() + lease_ms * interval '1 ms'
    WHERE c.subscriber = name AND c.partition = part
      AND c.fence = own_fence AND c.holder = own_holder AND c.lease_until > clock_timestamp()
    RETURNING c.*;
    IF NOT FOUND THEN
      RETURN;
    END IF;
    IF jsonb_array_length(deaths) > 0 THEN
      INSERT INTO dead_letter AS d (subscriber, partition, "offset", subject, reason, error, attempts)
      SELECT name, part, x."offset", x.subject, x.reason, x.error, x.attempts
      FROM jsonb_to_recordset(deaths) AS x ("offset" bigint, subject text, reason text, error text, attempts int)
      ON CONFLICT (subscriber, partition, "offset") DO UPDATE
      SET reason = excluded.reason, error = excluded.error, attempts = excluded.attempts, died_at = now(), state = 'dead';
    END IF;
    IF cardinality(revived) > 0 THEN
      DELETE FROM dead_letter d WHERE d.subscriber = name AND d.partition = part AND d."offset" = ANY (revived);
    END IF;
    IF new_rest->'pending' @> '[{"redriven": true}]' THEN
      UPDATE dead_letter d SET state = 'redriving'
      WHERE d.subscriber = name AND d.partition = part AND d.state = 'asked'
        AND d."offset" IN (SELECT (x->>'offset')::bigint FROM jsonb_array_elements(new_rest->'pending') x WHERE x ? 'redriven');
    END IF;
  END $$;
  `,
  // The same settlement as one JSON object. The function with 14 arguments stays: replicas of the previous version call
  // it during a rollout.
  `
  CREATE FUNCTION settle(settlement jsonb)
  RETURNS SETOF cursor LANGUAGE plpgsql AS $$
  DECLARE
    s record;
  BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    SELECT * INTO s FROM jsonb_to_record(settlement) AS r (
      subscriber text, partition int, fence bigint, holder uuid, position bigint, rest jsonb,
      accepted int, faltered int, retries int, deaths jsonb, revived bigint[],
      hold_ms float8, retry_ms float8, lease_ms float8
    );
    RETURN QUERY
    UPDATE cursor c
    SET position = s.position, rest = s.rest,
        accepted = c.accepted + s.accepted, faltered = c.faltered + s.faltered, retries = c.retries + s.retries,
        due = clock_timestamp() + s.hold_ms * interval '1 ms',
        retry_at = clock_timestamp() + s.retry_ms * interval '1 ms',
        lease_until = clock_timestamp() + s.lease_ms * interval '1 ms'
    WHERE c.subscriber = s.subscriber AND c.partition = s.partition
      AND c.fence = s.fence AND c.holder = s.holder AND c.lease_until > clock_timestamp()
    RETURNING c.*;
    IF NOT FOUND THEN
      RETURN;
    END IF;
    IF jsonb_array_length(s.deaths) > 0 THEN
      INSERT INTO dead_letter AS d (subscriber, partition, "offset", subject, reason, error, attempts)
      SELECT s.subscriber, s.partition, x."offset", x.subject, x.reason, x.error, x.attempts
      FROM jsonb_to_recordset(s.deaths) AS x ("offset" bigint, subject text, reason text, error text, attempts int)
      ON CONFLICT (subscriber, partition, "offset") DO UPDATE
      SET reason = excluded.reason, error = excluded.error, attempts = excluded.attempts, died_at = now(), state = 'dead';
    END IF;
    IF cardinality(s.revived) > 0 THEN
      DELETE FROM dead_letter d
      WHERE d.subscriber = s.subscriber AND d.partition = s.partition AND d."offset" = ANY (s.revived);
    END IF;
    IF s.rest->'pending' @> '[{"redriven": true}]' THEN
      UPDATE dead_letter d SET state = 'redriving'
      WHERE d.subscriber = s.subscriber AND d.partition = s.partition AND d.state = 'asked'
        AND d."offset" IN (SELECT (x->>'offset')::bigint FROM jsonb_array_elements(s.rest->'pending') x WHERE x ? 'redriven');
    END IF;
  END $$;
  `,
  // A log that has moved is closed: it takes no events, and gives out no cursors. Replicas of the previous version call the
  // same functions, so they obey. The error is temporary (class 55): they answer 503 and try again.
  `
  CREATE TABLE place (open boolean NOT NULL);
  INSERT INTO place VALUES (true);

  CREATE FUNCTION require_open() RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    IF NOT (SELECT open FROM place) THEN
      RAISE EXCEPTION 'the log is closed: it has moved, or a move is not finished' USING ERRCODE = '55000';
    END IF;
  END $$;

  -- Who closes the log locks all partitions, so after that no append with an older snapshot can commit.
  CREATE OR REPLACE FUNCTION append(partitions int[], sources text[], ids text[], subjects text[], digests text[], bodies text[], traceids text[])
  RETURNS TABLE (outcome text) LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM 1 FROM partition p WHERE p.id = ANY (partitions) ORDER BY p.id FOR NO KEY UPDATE;
    PERFORM require_open();
    RETURN QUERY
    WITH given AS (
      SELECT * FROM unnest(partitions, sources, ids, subjects, digests, bodies, traceids)
        WITH ORDINALITY AS g (partition, source, id, subject, digest, body, traceid, n)
    ), known AS (
      SELECT g.n, e.digest = g.digest AS same FROM given g JOIN event e ON e.id = g.id AND e.source = g.source
    ), fresh AS (
      SELECT g.*, row_number() OVER (PARTITION BY g.partition ORDER BY g.n) AS place
      FROM given g WHERE NOT EXISTS (SELECT 1 FROM known k WHERE k.n = g.n)
    ), raised AS (
      UPDATE partition p SET head = p.head + f.count
      FROM (SELECT partition, count(*) AS count FROM fresh GROUP BY partition) f
      WHERE p.id = f.partition RETURNING p.id, p.head - f.count AS base
    ), stored AS (
      INSERT INTO event (partition, "offset", source, id, subject, digest, body, traceid)
      SELECT f.partition, r.base + f.place, f.source, f.id, f.subject, f.digest, f.body, f.traceid
      FROM fresh f JOIN raised r ON r.id = f.partition
    )
    SELECT CASE WHEN k.n IS NULL THEN 'stored' WHEN k.same THEN 'known' ELSE 'conflict' END
    FROM given g LEFT JOIN known k ON k.n = g.n ORDER BY g.n;
  END $$;

  CREATE OR REPLACE FUNCTION claim(name text, lease_ms float8)
  RETURNS SETOF cursor LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    PERFORM require_open();
    RETURN QUERY
    -- Materialized, or else the planner may run it again for every row, and each time it finds another partition.
    WITH waiting AS MATERIALIZED (
      SELECT w.partition FROM cursor w JOIN partition p ON p.id = w.partition
      WHERE w.subscriber = name AND (w.lease_until IS NULL OR w.lease_until < clock_timestamp()) AND (
        (w.position < p.head AND w.due <= clock_timestamp()) OR w.retry_at <= clock_timestamp() OR EXISTS (
          SELECT 1 FROM dead_letter d WHERE d.subscriber = name AND d.partition = w.partition AND d.state = 'asked'))
      ORDER BY w.claimed_at LIMIT 1 FOR UPDATE OF w SKIP LOCKED
    )
    UPDATE cursor c
    SET fence = c.fence + 1, holder = gen_random_uuid(), claimed_at = clock_timestamp(),
        lease_until = clock_timestamp() + lease_ms * interval '1 ms'
    FROM waiting
    WHERE c.subscriber = name AND c.partition = waiting.partition
    RETURNING c.*;
  END $$;
  `,
];
