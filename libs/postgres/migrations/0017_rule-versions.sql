CREATE TABLE "rule_versions" (
	"rule_id" text collate "C" NOT NULL,
	"number" integer NOT NULL,
	"state" text NOT NULL,
	"rule_version" text,
	"yaml" text NOT NULL,
	"author" text NOT NULL,
	"reason" text NOT NULL,
	"saved_at" timestamp (3) with time zone NOT NULL,
	"restores" integer,
	CONSTRAINT "rule_versions_rule_id_number_pk" PRIMARY KEY("rule_id","number")
);
