CREATE TABLE "scheduled_runs" (
	"name" text collate "C" PRIMARY KEY NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"done_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"last_run_at" timestamp (3) with time zone,
	"retry_at" timestamp (3) with time zone,
	"holder" text,
	"held_until" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "overdue_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "jobs_to_escalate" ON "jobs" USING btree ("due_at") WHERE state in ('open', 'assigned', 'inProgress') and (overdue_at is null or overdue_at < due_at);