CREATE TABLE "job_escalations" (
	"job_id" uuid NOT NULL,
	"overdue_at" timestamp (3) with time zone NOT NULL,
	"step" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"department" text NOT NULL,
	"recipients" jsonb NOT NULL,
	CONSTRAINT "job_escalations_job_id_overdue_at_step_pk" PRIMARY KEY("job_id","overdue_at","step")
);
--> statement-breakpoint
ALTER TABLE "job_escalations" ADD CONSTRAINT "job_escalations_job_id_jobs_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("job_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "jobs_overdue" ON "jobs" USING btree ("due_at","job_id") WHERE state in ('open', 'assigned', 'inProgress', 'waiting') and overdue_at >= due_at;