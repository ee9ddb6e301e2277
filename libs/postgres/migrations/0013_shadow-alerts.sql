CREATE TABLE "shadow_alerts" (
	"alert_id" uuid PRIMARY KEY NOT NULL,
	"rule_id" text NOT NULL,
	"rule_version" text NOT NULL,
	"severity" text NOT NULL,
	"title" jsonb NOT NULL,
	"subject" text NOT NULL,
	"asset_id" text collate "C",
	"device_id" text collate "C" NOT NULL,
	"raised_at" timestamp (3) with time zone NOT NULL,
	"cleared_at" timestamp (3) with time zone,
	"clear_reason" text,
	"raised_by" jsonb NOT NULL,
	"cleared_by" jsonb,
	"job" jsonb
);
--> statement-breakpoint
ALTER TABLE "rule_states" ADD COLUMN "shadow" text;--> statement-breakpoint
CREATE UNIQUE INDEX "shadow_alerts_one_open" ON "shadow_alerts" USING btree ("subject","rule_id") WHERE cleared_at is null;--> statement-breakpoint
CREATE INDEX "shadow_alerts_by_time" ON "shadow_alerts" USING btree ("raised_at","alert_id");