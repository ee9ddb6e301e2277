ALTER TABLE "sessions" ADD COLUMN "renewal" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "vouched_at" timestamp (3) with time zone;