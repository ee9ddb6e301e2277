CREATE TABLE "alert_escalations" (
	"alert_id" uuid NOT NULL,
	"severity" text NOT NULL,
	"step" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"department" text,
	"recipients" jsonb NOT NULL,
	CONSTRAINT "alert_escalations_alert_id_severity_step_pk" PRIMARY KEY("alert_id","severity","step")
);
--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "crew" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "drafted_for" text;--> statement-breakpoint
ALTER TABLE "alert_escalations" ADD CONSTRAINT "alert_escalations_alert_id_alerts_alert_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("alert_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alerts_to_escalate" ON "alerts" USING btree ("severity","raised_at","alert_id") WHERE cleared_at is null and acknowledged_at is null;