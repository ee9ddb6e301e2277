CREATE TABLE "quality_days" (
	"day" date NOT NULL,
	"slot" integer NOT NULL,
	"model" text collate "C" NOT NULL,
	"firmware" text collate "C" NOT NULL,
	"measure" text collate "C" NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "quality_days_day_slot_model_firmware_measure_pk" PRIMARY KEY("day","slot","model","firmware","measure")
);
--> statement-breakpoint
ALTER TABLE "device_ledger" ADD COLUMN "late" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "device_ledger" ADD COLUMN "clock_repaired" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "device_ledger" ADD COLUMN "clock_unknown" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "device_ledger" ADD COLUMN "firmware" text;--> statement-breakpoint
-- The words of a text as they are searched: in small letters, without accents and punctuation, umlauts in two letters. A number
-- with leading zeros is also there without them. As `wordsOf` in libs/devices does it for what people type.
CREATE FUNCTION search_words(known text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(array_agg(DISTINCT left(form, 64)), '{}')
  FROM regexp_split_to_table(
    replace(replace(replace(replace(
      translate(lower(translate(known, 'ÄÖÜẞ', 'äöüß')),
        'ÀÁÂÃÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÙÚÛÝŠŽČŚŹŻŃĘĄĆàáâãåçèéêëìíîïñòóôõùúûýÿšžčśźżńęąć',
        'aaaaaceeeeiiiinoooouuuyszcszzneacaaaaaceeeeiiiinoooouuuyyszcszzneac'),
      'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss'),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf]+') AS word,
  LATERAL (VALUES (word), (CASE WHEN word ~ '^0+[0-9]+$' THEN regexp_replace(word, '^0+(?=[0-9])', '') ELSE word END)) AS forms(form)
  WHERE word <> '';
END;--> statement-breakpoint
-- A name such as L-00042 in one piece: `l00042`.
CREATE FUNCTION search_compact(known text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE WHEN compact = '' THEN '{}'::text[] ELSE ARRAY[compact] END
  FROM (SELECT left(lower(regexp_replace(coalesce(known, ''), '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf]+', '', 'g')), 64) AS compact) AS c;
END;--> statement-breakpoint
CREATE FUNCTION asset_words(asset_id text, name text, district text, address jsonb, attributes jsonb) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT array_to_tsvector(
    search_words(coalesce(asset_id, '') || ' ' || coalesce(name, '') || ' ' || coalesce(district, '') || ' ' ||
      coalesce((SELECT string_agg(part.value, ' ') FROM jsonb_each_text(CASE WHEN jsonb_typeof(address) = 'object' THEN address ELSE '{}'::jsonb END) AS part), '') || ' ' ||
      coalesce(attributes->>'streetPoleNum', '') || ' ' || coalesce(attributes->>'serialNumber', '') || ' ' ||
      coalesce(attributes->>'feederPillarNum', '') || ' ' || coalesce(attributes->>'circuit', ''))
    || search_compact(asset_id) || search_compact(attributes->>'streetPoleNum') || search_compact(attributes->>'serialNumber')
    || search_compact(attributes->>'feederPillarNum') || search_compact(attributes->>'circuit'));
END;--> statement-breakpoint
-- Of an IMEI people read the last digits.
CREATE FUNCTION device_words(device_id text, imei text, iccid text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT array_to_tsvector(
    search_words(coalesce(device_id, '') || ' ' || coalesce(imei, '') || ' ' || coalesce(iccid, '') || ' ' || coalesce(right(imei, 8), '')
      || ' ' || coalesce(right(imei, 7), '') || ' ' || coalesce(right(imei, 6), '') || ' ' || coalesce(right(imei, 5), '')
      || ' ' || coalesce(right(imei, 4), ''))
    || search_compact(device_id));
END;--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "words" tsvector GENERATED ALWAYS AS (asset_words("asset_id", "name", "district", "address", "attributes")) STORED;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "words" tsvector GENERATED ALWAYS AS (device_words("device_id", "imei", "iccid")) STORED;--> statement-breakpoint
CREATE INDEX "assets_by_words" ON "assets" USING gin ("words");--> statement-breakpoint
CREATE INDEX "devices_by_words" ON "devices" USING gin ("words");
