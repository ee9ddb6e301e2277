-- Every batch rewrites these rows. With room on its page the new version of a row stays there, no index changes, and
-- the place of the old one is taken again; without, the tables grow by their whole size with each round.
ALTER TABLE "device_ledger" SET (fillfactor = 40);--> statement-breakpoint
ALTER TABLE "rule_states" SET (fillfactor = 40);--> statement-breakpoint
ALTER TABLE "log_positions" SET (fillfactor = 40);
