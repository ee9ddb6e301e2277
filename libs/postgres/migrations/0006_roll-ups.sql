CREATE TABLE "due_roll_ups" (
	"grain" text NOT NULL,
	"start" timestamp (3) with time zone NOT NULL,
	"claimed" boolean DEFAULT false NOT NULL,
	CONSTRAINT "due_roll_ups_grain_start_claimed_pk" PRIMARY KEY("grain","start","claimed")
);
--> statement-breakpoint
CREATE TABLE "reading_days" (
	"device_id" text collate "C" NOT NULL,
	"start" timestamp (3) with time zone NOT NULL,
	"asset_id" text collate "C",
	"totals" jsonb NOT NULL,
	CONSTRAINT "reading_days_once" UNIQUE NULLS NOT DISTINCT("device_id","start","asset_id")
);
--> statement-breakpoint
CREATE TABLE "reading_hours" (
	"device_id" text collate "C" NOT NULL,
	"start" timestamp (3) with time zone NOT NULL,
	"asset_id" text collate "C",
	"totals" jsonb NOT NULL,
	CONSTRAINT "reading_hours_once" UNIQUE NULLS NOT DISTINCT("device_id","start","asset_id")
);
--> statement-breakpoint
CREATE INDEX "reading_days_by_time" ON "reading_days" USING brin ("start") WITH (autosummarize=true,pages_per_range=32);--> statement-breakpoint
CREATE INDEX "reading_hours_by_time" ON "reading_hours" USING brin ("start") WITH (autosummarize=true,pages_per_range=32);--> statement-breakpoint
CREATE INDEX "readings_by_time" ON "readings" USING brin ("observed_at") WITH (autosummarize=true,pages_per_range=32);