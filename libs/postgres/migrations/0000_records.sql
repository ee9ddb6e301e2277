CREATE SEQUENCE "public"."directory_revision" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "alerts" (
	"alert_id" uuid PRIMARY KEY NOT NULL,
	"rule_id" text NOT NULL,
	"rule_version" text NOT NULL,
	"severity" text NOT NULL,
	"title" jsonb NOT NULL,
	"subject" text NOT NULL,
	"asset_id" text,
	"device_id" text NOT NULL,
	"raised_at" timestamp (3) with time zone NOT NULL,
	"acknowledged_at" timestamp (3) with time zone,
	"acknowledged_by" text,
	"cleared_at" timestamp (3) with time zone,
	"clear_reason" text,
	"raised_by" jsonb NOT NULL,
	"cleared_by" jsonb
);
--> statement-breakpoint
CREATE TABLE "assets" (
	"asset_id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"name" text,
	"location" jsonb NOT NULL,
	"district" text,
	"address" jsonb,
	"department" text,
	"attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"modified_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"revision" bigint DEFAULT nextval('directory_revision') NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bindings" (
	"binding_id" bigserial PRIMARY KEY NOT NULL,
	"device_id" text NOT NULL,
	"asset_id" text NOT NULL,
	"bound_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"unbound_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "dead_letters" (
	"letter_id" bigserial PRIMARY KEY NOT NULL,
	"log_id" text NOT NULL,
	"partition" integer NOT NULL,
	"sequence" bigint NOT NULL,
	"device_id" text NOT NULL,
	"topic" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"qos" smallint NOT NULL,
	"payload" "bytea" NOT NULL,
	"code" text NOT NULL,
	"detail" text NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"attempts" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"event_id" bigint NOT NULL,
	"channel" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"delivered_at" timestamp (3) with time zone,
	"last_error" text,
	"given_up_at" timestamp (3) with time zone,
	CONSTRAINT "deliveries_event_id_channel_pk" PRIMARY KEY("event_id","channel")
);
--> statement-breakpoint
CREATE TABLE "departments" (
	"department_id" text PRIMARY KEY NOT NULL,
	"name_de" text NOT NULL,
	"name_en" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "device_ledger" (
	"device_id" text PRIMARY KEY NOT NULL,
	"processed" bigint DEFAULT 0 NOT NULL,
	"rejected" bigint DEFAULT 0 NOT NULL,
	"decoded" bigint DEFAULT 0 NOT NULL,
	"stored" bigint DEFAULT 0 NOT NULL,
	"duplicate" bigint DEFAULT 0 NOT NULL,
	"quarantined" bigint DEFAULT 0 NOT NULL,
	"last_received_at" timestamp (3) with time zone NOT NULL,
	"memory" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "devices" (
	"device_id" text PRIMARY KEY NOT NULL,
	"model" text NOT NULL,
	"lifecycle" text DEFAULT 'active' NOT NULL,
	"imei" text,
	"iccid" text,
	"uplink_topic" text,
	"reporting_interval_ms" bigint,
	"password_hash" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"modified_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"revision" bigint DEFAULT nextval('directory_revision') NOT NULL,
	CONSTRAINT "devices_imei_unique" UNIQUE("imei")
);
--> statement-breakpoint
CREATE TABLE "job_alerts" (
	"job_id" uuid NOT NULL,
	"alert_id" uuid NOT NULL,
	CONSTRAINT "job_alerts_job_id_alert_id_pk" PRIMARY KEY("job_id","alert_id")
);
--> statement-breakpoint
CREATE TABLE "job_history" (
	"entry_id" bigserial PRIMARY KEY NOT NULL,
	"job_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"from_state" text,
	"to_state" text NOT NULL,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"number" serial NOT NULL,
	"kind" text NOT NULL,
	"title" jsonb NOT NULL,
	"department" text NOT NULL,
	"asset_id" text,
	"device_id" text,
	"priority" text NOT NULL,
	"state" text NOT NULL,
	"assignee" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone,
	"closed_at" timestamp (3) with time zone,
	"evidence" jsonb,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "jobs_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "log_positions" (
	"log_id" text NOT NULL,
	"consumer_group" text NOT NULL,
	"partition" integer NOT NULL,
	"start" bigint NOT NULL,
	"sequence" bigint NOT NULL,
	CONSTRAINT "log_positions_log_id_consumer_group_partition_pk" PRIMARY KEY("log_id","consumer_group","partition")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"event_id" bigserial PRIMARY KEY NOT NULL,
	"tx" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"type" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"data" jsonb NOT NULL,
	"relayed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "quarantined_readings" (
	"quarantine_id" bigserial PRIMARY KEY NOT NULL,
	"device_id" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"device_time" bigint,
	"code" text NOT NULL,
	"values" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reading_sources" (
	"asset_id" text NOT NULL,
	"device_id" text NOT NULL,
	CONSTRAINT "reading_sources_asset_id_device_id_pk" PRIMARY KEY("asset_id","device_id")
);
--> statement-breakpoint
CREATE TABLE "readings" (
	"device_id" text NOT NULL,
	"observed_at" timestamp (3) with time zone NOT NULL,
	"asset_id" text,
	"received_at" timestamp (3) with time zone NOT NULL,
	"clock" text NOT NULL,
	"quality" smallint NOT NULL,
	"values" jsonb NOT NULL,
	CONSTRAINT "readings_device_id_observed_at_pk" PRIMARY KEY("device_id","observed_at")
);
--> statement-breakpoint
CREATE TABLE "rule_states" (
	"device_id" text PRIMARY KEY NOT NULL,
	"partition" integer NOT NULL,
	"state" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "assets" ADD CONSTRAINT "assets_department_departments_department_id_fk" FOREIGN KEY ("department") REFERENCES "public"."departments"("department_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bindings" ADD CONSTRAINT "bindings_device_id_devices_device_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."devices"("device_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bindings" ADD CONSTRAINT "bindings_asset_id_assets_asset_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."assets"("asset_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_event_id_outbox_event_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."outbox"("event_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_alerts" ADD CONSTRAINT "job_alerts_job_id_jobs_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("job_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_alerts" ADD CONSTRAINT "job_alerts_alert_id_alerts_alert_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("alert_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_history" ADD CONSTRAINT "job_history_job_id_jobs_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("job_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_department_departments_department_id_fk" FOREIGN KEY ("department") REFERENCES "public"."departments"("department_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_one_open" ON "alerts" USING btree ("subject","rule_id") WHERE cleared_at is null;--> statement-breakpoint
CREATE INDEX "alerts_by_time" ON "alerts" USING btree ("raised_at","alert_id");--> statement-breakpoint
CREATE INDEX "alerts_by_asset" ON "alerts" USING btree ("asset_id");--> statement-breakpoint
CREATE INDEX "alerts_by_device" ON "alerts" USING btree ("device_id");--> statement-breakpoint
CREATE INDEX "assets_by_revision" ON "assets" USING btree ("revision");--> statement-breakpoint
CREATE INDEX "assets_by_type" ON "assets" USING btree ("type","asset_id");--> statement-breakpoint
CREATE UNIQUE INDEX "bindings_present" ON "bindings" USING btree ("device_id") WHERE unbound_at is null;--> statement-breakpoint
CREATE INDEX "bindings_by_asset" ON "bindings" USING btree ("asset_id");--> statement-breakpoint
CREATE UNIQUE INDEX "dead_letters_once" ON "dead_letters" USING btree ("log_id","partition","sequence");--> statement-breakpoint
CREATE INDEX "dead_letters_by_state" ON "dead_letters" USING btree ("state","letter_id");--> statement-breakpoint
CREATE INDEX "dead_letters_by_device" ON "dead_letters" USING btree ("device_id","letter_id");--> statement-breakpoint
CREATE INDEX "devices_by_revision" ON "devices" USING btree ("revision");--> statement-breakpoint
CREATE INDEX "job_alerts_by_alert" ON "job_alerts" USING btree ("alert_id");--> statement-breakpoint
CREATE INDEX "job_history_by_job" ON "job_history" USING btree ("job_id","entry_id");--> statement-breakpoint
CREATE INDEX "jobs_by_time" ON "jobs" USING btree ("created_at","job_id");--> statement-breakpoint
CREATE INDEX "jobs_by_department" ON "jobs" USING btree ("department","state");--> statement-breakpoint
CREATE INDEX "jobs_by_asset" ON "jobs" USING btree ("asset_id");--> statement-breakpoint
CREATE INDEX "outbox_in_order" ON "outbox" USING btree ("tx","event_id");--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("event_id") WHERE relayed_at is null;--> statement-breakpoint
CREATE INDEX "quarantined_by_device" ON "quarantined_readings" USING btree ("device_id","quarantine_id");--> statement-breakpoint
CREATE INDEX "rule_states_by_partition" ON "rule_states" USING btree ("partition");