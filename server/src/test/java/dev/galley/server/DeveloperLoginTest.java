package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.EmbeddedPostgres;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A first start: TCP is open before the data are on disk, but nobody can log in there before they are. */
class DeveloperLoginTest {
    @TempDir
    Path project;

    @Test
    void nobodyHasAPasswordBeforeTheDeveloperIsAllowedIn() throws Exception {
        int port = GalleyProcess.freePort();
        AllSettings settings = AllSettings.from(new Settings(new FlagLayer()
                .set("postgres.port=" + port)
                .set("postgres.max-connections=20")
                .set("server.database-password=let-me-in")));
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(project, settings.postgres());
                PlatformDatabase database = PlatformDatabase.open(
                        postgres.address(), settings.postgres().pool())) {
            Platform.bring(database, settings);
            DatabaseAddress developer = DeveloperLogin.of(postgres, settings).orElseThrow();
            assertThat(TestPostgres.shared()
                            .query(postgres.address(), "select rolname from pg_authid where rolpassword is not null"))
                    .isEmpty();
            assertThatThrownBy(() -> TestPostgres.shared().query(developer, "select 1"))
                    .hasMessageContaining("password authentication failed");

            postgres.awaitOnDisk();
            DeveloperLogin.allow(postgres, database, settings);
            assertThat(TestPostgres.shared().query(developer, "select current_user"))
                    .containsExactly("postgres");
        }
    }
}
