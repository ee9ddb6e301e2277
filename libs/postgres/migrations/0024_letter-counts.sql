CREATE TABLE "dead_letter_counts" (
	"code" text NOT NULL,
	"state" text NOT NULL,
	"change" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "dead_letters_by_code" ON "dead_letters" USING btree ("code","letter_id");--> statement-breakpoint
CREATE INDEX "account_networks_by_network" ON "account_networks" USING btree ("network","seen_at");--> statement-breakpoint
INSERT INTO "dead_letter_counts" SELECT "code", "state", count(*) FROM "dead_letters" GROUP BY "code", "state";--> statement-breakpoint
CREATE FUNCTION count_dead_letters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    INSERT INTO dead_letter_counts SELECT code, state, count(*) FROM added GROUP BY code, state;
  ELSIF tg_op = 'DELETE' THEN
    INSERT INTO dead_letter_counts SELECT code, state, -count(*) FROM gone GROUP BY code, state;
  ELSIF tg_op = 'UPDATE' THEN
    INSERT INTO dead_letter_counts
    SELECT code, state, sum(change)
    FROM (SELECT code, state, 1 AS change FROM added UNION ALL SELECT code, state, -1 FROM gone) AS changes
    GROUP BY code, state HAVING sum(change) <> 0;
  ELSE
    DELETE FROM dead_letter_counts;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER dead_letters_added AFTER INSERT ON "dead_letters" REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_dead_letters();--> statement-breakpoint
CREATE TRIGGER dead_letters_changed AFTER UPDATE ON "dead_letters" REFERENCING NEW TABLE AS added OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION count_dead_letters();--> statement-breakpoint
CREATE TRIGGER dead_letters_gone AFTER DELETE ON "dead_letters" REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION count_dead_letters();--> statement-breakpoint
CREATE TRIGGER dead_letters_emptied AFTER TRUNCATE ON "dead_letters" FOR EACH STATEMENT EXECUTE FUNCTION count_dead_letters();
