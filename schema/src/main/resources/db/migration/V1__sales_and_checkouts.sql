-- The projection of the journal. schema/formats/database.md explains it, with worked rows.
-- Everything here can be rebuilt from the journal; nothing here decides anything.

-- An enum is stored in four bytes and read as its name: compact in the table that has a row for every attempt, and no
-- join for whoever looks at it. The names are those of the engine's outcomes of a checkout; a new one is a new migration.
CREATE TYPE checkout_outcome AS ENUM (
    'RESERVED',
    'REPEATED',
    'ITEM_UNKNOWN',
    'SOLD_OUT',
    'ITEM_SOLD',
    'ITEM_RESERVED',
    'USER_LIMIT_REACHED'
);

CREATE TYPE attempts_kept AS ENUM ('all', 'accepted');

CREATE TABLE sales (
    sale_id       bigint        PRIMARY KEY,
    opens_at      timestamptz   NOT NULL,
    closes_at     timestamptz   NOT NULL,
    items         integer       NOT NULL,
    user_limit    integer       NOT NULL,
    attempts_kept attempts_kept NOT NULL
);

COMMENT ON TABLE sales IS 'One row a sale, written when it opens.';
COMMENT ON COLUMN sales.sale_id IS 'The opening time in epoch seconds.';
COMMENT ON COLUMN sales.attempts_kept IS 'Which checkout attempts of this sale are rows; fixed at its opening.';

CREATE TABLE sale_items (
    sale_id      bigint      NOT NULL,
    item_id      integer     NOT NULL,
    sale_start   timestamptz NOT NULL,
    item_name    text        NOT NULL,
    image_url    text        NOT NULL,
    purchased    boolean     NOT NULL DEFAULT false,
    purchased_by bigint,
    purchased_at timestamptz,
    PRIMARY KEY (sale_id, item_id),
    CHECK (purchased = (purchased_by IS NOT NULL) AND purchased = (purchased_at IS NOT NULL))
) PARTITION BY RANGE (sale_id);

COMMENT ON TABLE sale_items IS 'Every item of every sale, written when the sale opens. One partition an hour of openings.';

CREATE INDEX sale_items_purchases_of_user ON sale_items (purchased_by, purchased_at) WHERE purchased;

CREATE TABLE checkouts (
    sale_id      bigint           NOT NULL,
    sequence     bigint           NOT NULL,
    user_id      bigint           NOT NULL,
    item_id      integer          NOT NULL,
    code         uuid,
    outcome      checkout_outcome NOT NULL,
    created_at   timestamptz      NOT NULL,
    expires_at   timestamptz,
    purchased_at timestamptz,
    released_at  timestamptz,
    PRIMARY KEY (sale_id, sequence)
) PARTITION BY RANGE (sale_id);

COMMENT ON TABLE checkouts IS 'Every checkout attempt, refused ones too, under the sale that was open.';
COMMENT ON COLUMN checkouts.sequence IS 'Its place in the total order: the Sale-Sequence of the answer.';
COMMENT ON COLUMN checkouts.item_id IS 'As it was asked for; of ITEM_UNKNOWN any value.';
COMMENT ON COLUMN checkouts.code IS 'Of RESERVED only.';

CREATE INDEX checkouts_code ON checkouts (code) WHERE code IS NOT NULL;

CREATE TABLE projection_progress (
    journal_id bigint      PRIMARY KEY,
    sequence   bigint      NOT NULL CHECK (sequence >= 0),
    updated_at timestamptz NOT NULL
);

COMMENT ON TABLE projection_progress IS 'Through which sequence of which journal this database has the rows.';

-- Makes the partitions for sales that open in one hour (first and last second, epoch), of both partitioned tables.
-- A table of the same shape is made first and then attached: ATTACH takes a lock that lets readers and writers of other
-- partitions go on, whereas CREATE TABLE ... PARTITION OF would wait for every reader, and everybody behind it for it.
CREATE FUNCTION ensure_sale_partitions(hour_of bigint) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    first_second CONSTANT bigint := hour_of - hour_of % 3600;
    suffix       CONSTANT text   := to_char(to_timestamp(first_second) AT TIME ZONE 'UTC', 'YYYYMMDD"_"HH24');
    parent       text;
    child        text;
BEGIN
    FOREACH parent IN ARRAY ARRAY ['sale_items', 'checkouts'] LOOP
        child := parent || '_' || suffix;
        CONTINUE WHEN to_regclass(child) IS NOT NULL;
        -- One maker at a time, and the second finds what the first has made.
        PERFORM pg_advisory_xact_lock(hashtext('flashsale partitions'));
        CONTINUE WHEN to_regclass(child) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', child, parent);
        EXECUTE format(
            'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
            parent, child, first_second, first_second + 3600);
    END LOOP;
END
$$;

COMMENT ON FUNCTION ensure_sale_partitions(bigint) IS 'Makes the partitions of an hour of openings unless they exist.';
