-- The words of assets and devices, by functions of one expression each: the planner puts them in place of their calls, once for a
-- statement, where it planned and ran a query of their own for every row and function before.
--
-- A text in small letters, without accents, umlauts in two letters. As `wordsOf` in libs/devices does it for what people type.
CREATE FUNCTION search_fold(known text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT regexp_replace(
    replace(replace(replace(replace(replace(lower(normalize(known, NFD)),
      U&'a\0308', 'ae'), U&'o\0308', 'oe'), U&'u\0308', 'ue'), 'ß', 'ss'), 'ẞ', 'ss'),
    '[\u0300-\u036f]', '', 'g');
END;--> statement-breakpoint
-- Cut at punctuation, a number with leading zeros also without them, each at most 64 characters long.
CREATE OR REPLACE FUNCTION search_words(known text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT string_to_array(btrim(
    regexp_replace(
      regexp_replace(
        regexp_replace(' ' || search_fold(known) || ' ', '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf]+', ' ', 'g'),
        ' (0+([0-9]+))(?= )', ' \1 \2', 'g'),
      '([^ ]{64})[^ ]+', '\1', 'g')), ' ');
END;--> statement-breakpoint
-- A name such as L-00042 in one piece: `L00042`.
CREATE FUNCTION search_squeezed(known text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT regexp_replace(coalesce(known, ''), '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf]+', '', 'g');
END;--> statement-breakpoint
-- The values of an address: JSON text without its escapes.
CREATE FUNCTION search_address(address jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT regexp_replace(coalesce(jsonb_path_query_array(address, '$.*')::text, ''), '\\(["\\bfnrt]|u[0-9a-f]{4})', ' ', 'g');
END;--> statement-breakpoint
CREATE OR REPLACE FUNCTION asset_words(asset_id text, name text, district text, address jsonb, attributes jsonb) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT array_to_tsvector(search_words(
    coalesce(asset_id, '') || ' ' || coalesce(name, '') || ' ' || coalesce(district, '') || ' ' || search_address(address) || ' ' ||
    coalesce(attributes->>'streetPoleNum', '') || ' ' || coalesce(attributes->>'serialNumber', '') || ' ' ||
    coalesce(attributes->>'feederPillarNum', '') || ' ' || coalesce(attributes->>'circuit', '') || ' ' ||
    search_squeezed(asset_id) || ' ' || search_squeezed(attributes->>'streetPoleNum') || ' ' ||
    search_squeezed(attributes->>'serialNumber') || ' ' || search_squeezed(attributes->>'feederPillarNum') || ' ' ||
    search_squeezed(attributes->>'circuit')));
END;--> statement-breakpoint
-- Of an IMEI people read the last digits.
CREATE OR REPLACE FUNCTION device_words(device_id text, imei text, iccid text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT array_to_tsvector(search_words(
    coalesce(device_id, '') || ' ' || search_squeezed(device_id) || ' ' || coalesce(imei, '') || ' ' || coalesce(iccid, '') || ' ' ||
    coalesce(right(imei, 8), '') || ' ' || coalesce(right(imei, 7), '') || ' ' || coalesce(right(imei, 6), '') || ' ' ||
    coalesce(right(imei, 5), '') || ' ' || coalesce(right(imei, 4), '')));
END;--> statement-breakpoint
DROP FUNCTION search_compact(text);--> statement-breakpoint
-- New words go into the indexes at once, not into a list that every search reads through: where nothing vacuums, as in PGlite, it stays.
ALTER INDEX "assets_by_words" SET (fastupdate = off);--> statement-breakpoint
ALTER INDEX "devices_by_words" SET (fastupdate = off);--> statement-breakpoint
-- Those whose words come out otherwise now: accents that were written as characters of their own, umlauts in numbers.
UPDATE "assets" SET "asset_id" = "asset_id" WHERE "words" IS DISTINCT FROM asset_words("asset_id", "name", "district", "address", "attributes");--> statement-breakpoint
UPDATE "devices" SET "device_id" = "device_id" WHERE "words" IS DISTINCT FROM device_words("device_id", "imei", "iccid");--> statement-breakpoint
SELECT gin_clean_pending_list('assets_by_words'), gin_clean_pending_list('devices_by_words');
