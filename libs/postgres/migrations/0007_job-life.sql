DROP INDEX "jobs_to_escalate";--> statement-breakpoint
ALTER TABLE "job_history" ADD COLUMN "changes" jsonb;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "waiting_for" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "tags" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "unproven_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "alerts_by_problem" ON "alerts" USING btree ("subject","rule_id","cleared_at");--> statement-breakpoint
CREATE INDEX "jobs_to_prove" ON "jobs" USING btree ("closed_at") WHERE state = 'done' and evidence is null and unproven_at is null;--> statement-breakpoint
CREATE INDEX "jobs_to_escalate" ON "jobs" USING btree ("due_at") WHERE state in ('open', 'assigned', 'inProgress', 'waiting') and (overdue_at is null or overdue_at < due_at);