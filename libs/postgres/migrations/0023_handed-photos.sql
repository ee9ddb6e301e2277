CREATE TABLE "handed_photos" (
	"target" text collate "C" NOT NULL,
	"job_id" uuid NOT NULL,
	"photo_id" uuid NOT NULL,
	"external_id" text collate "C",
	"sent_at" timestamp (3) with time zone,
	CONSTRAINT "handed_photos_target_job_id_photo_id_pk" PRIMARY KEY("target","job_id","photo_id")
);
