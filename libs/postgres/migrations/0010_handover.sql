CREATE TABLE "external_references" (
	"target" text collate "C" NOT NULL,
	"job_id" uuid NOT NULL,
	"external_id" text collate "C",
	"external_number" text,
	"state" text,
	"priority" text,
	"updated_at" timestamp (3) with time zone,
	"revision" bigint,
	"sent_digest" text,
	"agreed_state" text,
	"is_settled" boolean DEFAULT true NOT NULL,
	"problem" jsonb,
	"created_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"holder" text,
	"held_until" timestamp (3) with time zone,
	CONSTRAINT "external_references_target_job_id_pk" PRIMARY KEY("target","job_id")
);
--> statement-breakpoint
CREATE TABLE "handover_progress" (
	"target" text collate "C" PRIMARY KEY NOT NULL,
	"seen_until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "handover_receipts" (
	"target" text collate "C" NOT NULL,
	"receipt" text collate "C" NOT NULL,
	"taken_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "handover_receipts_target_receipt_pk" PRIMARY KEY("target","receipt")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "external_references_by_record" ON "external_references" USING btree ("target","external_id");--> statement-breakpoint
CREATE INDEX "external_references_by_job" ON "external_references" USING btree ("job_id");--> statement-breakpoint
CREATE INDEX "external_references_by_change" ON "external_references" USING btree ("changed_at","target","job_id");--> statement-breakpoint
CREATE INDEX "external_references_to_look_at" ON "external_references" USING btree ("changed_at") WHERE problem is not null;--> statement-breakpoint
CREATE INDEX "handover_receipts_by_time" ON "handover_receipts" USING btree ("taken_at");