CREATE TABLE "log_sources" (
	"source_id" text PRIMARY KEY NOT NULL,
	"taken" bigint NOT NULL,
	"forwarded" bigint NOT NULL,
	"problem" text,
	"reported_at" timestamp (3) with time zone NOT NULL
);
