CREATE TABLE "job_photos" (
	"photo_id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"job_id" uuid NOT NULL,
	"media_type" text NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"size_bytes" integer NOT NULL,
	"digest" "bytea" NOT NULL,
	"content" "bytea" NOT NULL,
	"added_at" timestamp (3) with time zone NOT NULL,
	"added_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tour_stops" (
	"tour_id" uuid NOT NULL,
	"job_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"filling_level" double precision,
	"released_at" timestamp (3) with time zone,
	CONSTRAINT "tour_stops_tour_id_job_id_pk" PRIMARY KEY("tour_id","job_id")
);
--> statement-breakpoint
CREATE TABLE "tours" (
	"tour_id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"number" serial NOT NULL,
	"department" text NOT NULL,
	"area" text,
	"service_day" date NOT NULL,
	"assignee" text,
	"depot" jsonb,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL,
	"cancelled_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "tours_number_unique" UNIQUE("number")
);
--> statement-breakpoint
ALTER TABLE "job_photos" ADD CONSTRAINT "job_photos_job_id_jobs_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("job_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tour_stops" ADD CONSTRAINT "tour_stops_tour_id_tours_tour_id_fk" FOREIGN KEY ("tour_id") REFERENCES "public"."tours"("tour_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tour_stops" ADD CONSTRAINT "tour_stops_job_id_jobs_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("job_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tours" ADD CONSTRAINT "tours_department_departments_department_id_fk" FOREIGN KEY ("department") REFERENCES "public"."departments"("department_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "job_photos_once" ON "job_photos" USING btree ("job_id","digest");--> statement-breakpoint
CREATE UNIQUE INDEX "tour_stops_one_open" ON "tour_stops" USING btree ("job_id") WHERE released_at is null;--> statement-breakpoint
CREATE INDEX "tours_by_day" ON "tours" USING btree ("service_day","number");--> statement-breakpoint
-- Photos are compressed already.
ALTER TABLE "job_photos" ALTER COLUMN "content" SET STORAGE EXTERNAL;
