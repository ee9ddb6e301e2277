CREATE TABLE "alert_groups" (
	"group_key" text PRIMARY KEY NOT NULL,
	"alert_id" uuid NOT NULL,
	"since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alert_shelves" (
	"shelf_id" uuid PRIMARY KEY NOT NULL,
	"alert_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"rule_id" text NOT NULL,
	"scope" text NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"shelved_by" text NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_by" text
);
--> statement-breakpoint
CREATE TABLE "counted_notifications" (
	"event_id" bigint NOT NULL,
	"channel" text NOT NULL,
	"department" text NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"withheld" boolean NOT NULL,
	"digest_id" bigint,
	CONSTRAINT "counted_notifications_event_id_channel_pk" PRIMARY KEY("event_id","channel")
);
--> statement-breakpoint
CREATE TABLE "held_alerts" (
	"alert_id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"told" boolean NOT NULL,
	"job" jsonb,
	"group_key" text,
	"grouping" jsonb,
	"waits_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "maintenance_windows" (
	"window_id" uuid PRIMARY KEY NOT NULL,
	"asset_ids" text[],
	"cabinet_id" text,
	"district" text,
	"rule_id" text,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_by" text
);
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "suppression" text;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "suppressed_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "group_alert_id" uuid;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "members" integer;--> statement-breakpoint
ALTER TABLE "alert_groups" ADD CONSTRAINT "alert_groups_alert_id_alerts_alert_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("alert_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_shelves" ADD CONSTRAINT "alert_shelves_alert_id_alerts_alert_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("alert_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "held_alerts" ADD CONSTRAINT "held_alerts_alert_id_alerts_alert_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("alert_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_shelves_by_problem" ON "alert_shelves" USING btree ("subject","rule_id","until");--> statement-breakpoint
CREATE INDEX "alert_shelves_by_time" ON "alert_shelves" USING btree ("since","shelf_id");--> statement-breakpoint
CREATE INDEX "counted_notifications_by_hour" ON "counted_notifications" USING btree ("channel","department","hour","withheld");--> statement-breakpoint
CREATE INDEX "counted_notifications_due" ON "counted_notifications" USING btree ("hour") WHERE withheld and digest_id is null;--> statement-breakpoint
CREATE INDEX "held_alerts_by_group" ON "held_alerts" USING btree ("group_key");--> statement-breakpoint
CREATE INDEX "held_alerts_by_state" ON "held_alerts" USING btree ("state");--> statement-breakpoint
CREATE INDEX "maintenance_windows_by_end" ON "maintenance_windows" USING btree ("ends_at");--> statement-breakpoint
CREATE INDEX "maintenance_windows_by_start" ON "maintenance_windows" USING btree ("starts_at","window_id");--> statement-breakpoint
CREATE INDEX "alerts_by_group" ON "alerts" USING btree ("group_alert_id") WHERE group_alert_id is not null;--> statement-breakpoint
CREATE INDEX "alerts_suppressed" ON "alerts" USING btree ("suppressed_until") WHERE suppression is not null and cleared_at is null;