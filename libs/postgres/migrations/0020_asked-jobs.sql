ALTER TABLE "job_history" ADD COLUMN "request_key" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "description" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "place" jsonb;--> statement-breakpoint
CREATE UNIQUE INDEX "job_history_once" ON "job_history" USING btree ("job_id","request_key") WHERE request_key is not null;--> statement-breakpoint
CREATE INDEX "jobs_by_state" ON "jobs" USING btree ("state","created_at","job_id");