CREATE TABLE "account_networks" (
	"account_id" uuid NOT NULL,
	"network" text collate "C" NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "account_networks_account_id_network_pk" PRIMARY KEY("account_id","network")
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"account_id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text collate "C" NOT NULL,
	"display_name" text NOT NULL,
	"email" text,
	"roles" jsonb NOT NULL,
	"state" text NOT NULL,
	"source" text NOT NULL,
	"password_hash" text,
	"issuer" text,
	"subject" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_sign_in_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "accounts_name" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"entry_id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"account_id" text,
	"actor" text collate "C" NOT NULL,
	"way" text NOT NULL,
	"address" text,
	"permission" text,
	"action" text NOT NULL,
	"thing_kind" text collate "C",
	"thing_id" text collate "C",
	"asked" jsonb,
	"outcome" text NOT NULL,
	"code" text,
	"before" jsonb,
	"after" jsonb,
	"request_id" text
);
--> statement-breakpoint
CREATE TABLE "one_time_codes" (
	"code_hash" text collate "C" PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"account_id" uuid,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"session_id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"key_hash" text collate "C" NOT NULL,
	"account_id" uuid,
	"method" text NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"address" text,
	"agent" text,
	CONSTRAINT "sessions_key" UNIQUE("key_hash")
);
--> statement-breakpoint
CREATE TABLE "sign_in_attempts" (
	"key" text collate "C" PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "account_networks" ADD CONSTRAINT "account_networks_account_id_accounts_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("account_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "one_time_codes" ADD CONSTRAINT "one_time_codes_account_id_accounts_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("account_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_account_id_accounts_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("account_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_identity" ON "accounts" USING btree ("issuer","subject") WHERE issuer is not null;--> statement-breakpoint
CREATE INDEX "audit_entries_by_time" ON "audit_entries" USING btree ("at");--> statement-breakpoint
CREATE INDEX "audit_entries_by_actor" ON "audit_entries" USING btree ("actor","entry_id");--> statement-breakpoint
CREATE INDEX "audit_entries_by_thing" ON "audit_entries" USING btree ("thing_kind","thing_id","entry_id");--> statement-breakpoint
CREATE INDEX "one_time_codes_by_account" ON "one_time_codes" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "sessions_by_account" ON "sessions" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "sessions_by_end" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sign_in_attempts_by_time" ON "sign_in_attempts" USING btree ("last_at");--> statement-breakpoint
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit entries are only added'; END $$;--> statement-breakpoint
CREATE TRIGGER audit_entries_only_added BEFORE UPDATE ON "audit_entries" FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
