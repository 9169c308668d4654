package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.server.GalleyProcess.Ended;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code galley audit} tells by words and exit code whether the log holds. */
class AuditCommandTest {
    private static final String TABLES = """
            create schema if not exists auth; create schema galley;
            create table auth.audit_log_entries (instance_id uuid, id uuid primary key, payload json, created_at timestamptz,
              ip_address varchar(64) not null default '', seal bytea, position bigint, digest bytea);
            create table galley.audit_chains (key_id text primary key, start_position bigint, start_digest bytea, head_position bigint,
              head_digest bytea, removed_at timestamptz, mac bytea);
            """;

    @Test
    void theFirstBrokenEntryIsNamed(@TempDir Path dir) throws Exception {
        DatabaseAddress address = TestPostgres.shared().createDatabase();
        String url = address.url();
        TestPostgres.shared().execute(address, TABLES);
        Ended empty = GalleyProcess.run(dir, "audit", "verify", "--db-url", url);
        assertThat(empty.output()).contains("verified: 0 entries");
        assertThat(empty.exitCode()).isZero();

        String id = "00000000-0000-4000-8000-00000000000f";
        TestPostgres.shared()
                .execute(address, "insert into auth.audit_log_entries values (null, '" + id + "', '{}', now(), '')");
        Ended broken = GalleyProcess.run(dir, "audit", "verify", "--json", "--db-url", url);
        assertThat(broken.exitCode()).isEqualTo(1);
        assertThat(broken.output()).contains("\"result\":\"broken\"", "\"id\":\"" + id + "\"", "did not write it");

        assertThat(GalleyProcess.run(dir, "audit", "adopt", "--db-url", url).output())
                .contains("1 entries");
        Ended adopted = GalleyProcess.run(dir, "audit", "verify", "--db-url", url);
        assertThat(adopted.output()).contains("verified: 0 entries of the chain hold, 1 are not chained yet");
        assertThat(adopted.exitCode()).isZero();
    }

    @Test
    void wrongUsageIsTold(@TempDir Path dir) throws Exception {
        assertThat(GalleyProcess.run(dir, "audit", "verify", "--head", "x").exitCode())
                .isEqualTo(2);
        Ended nowhere = GalleyProcess.run(dir, "audit", "verify");
        assertThat(nowhere.output()).contains("no database");
        assertThat(nowhere.exitCode()).isEqualTo(3);
    }
}
