package dev.galley.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import dev.galley.settings.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterFoldersTest {
    private final boolean root = OsUser.current().isRoot();
    private Path project;

    @BeforeEach
    void makeProject() throws Exception {
        project = Server.newProject();
    }

    @AfterEach
    void deleteProject() throws Exception {
        FileTrees.delete(project);
    }

    @Test
    void aProjectThatTheServerCanEnterHoldsItsData() throws Exception {
        assertThat(ClusterFolders.of(project, Server.settings()).data())
                .isEqualTo(project.resolve(".galley/postgres/data"));
    }

    /** As the home of root is. Whoever is not root is the server's user, who can enter. */
    @Test
    void aProjectClosedToTheServersUserHasItsDataElsewhere() throws Exception {
        Files.setPosixFilePermissions(project, PosixFilePermissions.fromString("rwx------"));
        ClusterFolders folders = ClusterFolders.of(project, Server.settings());
        Path home = folders.home();
        try {
            if (root) {
                assertThat(home.getParent()).isEqualTo(Path.of("/var/lib/galley"));
                assertThat(folders.user().canReach(home)).isTrue();
                try (EmbeddedPostgres postgres = EmbeddedPostgres.start(project, Server.settings())) {
                    assertThat(postgres.dataDirectory()).isEqualTo(home.resolve("data"));
                }
                // Data stay where they are, also when the project is opened later.
                Files.setPosixFilePermissions(project, PosixFilePermissions.fromString("rwxr-xr-x"));
                assertThat(ClusterFolders.of(project, Server.settings()).home()).isEqualTo(home);
            } else {
                assertThat(home).isEqualTo(project.resolve(".galley/postgres"));
            }
        } finally {
            FileTrees.delete(home);
        }
    }

    @Test
    void aFolderThatWasAskedForIsNotReplacedByAnother() throws Exception {
        Path closed = Files.createDirectory(project.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        PostgresSettings settings = Server.settings("postgres.data-dir=" + closed.resolve("pg"));
        if (root) {
            assertThatThrownBy(() -> ClusterFolders.of(project, settings))
                    .isInstanceOf(PostgresException.class)
                    .hasMessageContaining("cannot enter " + closed);
        } else {
            assertThat(ClusterFolders.of(project, settings).data()).isEqualTo(closed.resolve("pg/data"));
        }
    }

    @Test
    void onlyRootChoosesAnotherUserAndNeverRoot() {
        assertThatThrownBy(() -> ClusterFolders.of(project, Server.settings("postgres.os-user=no-such-user")))
                .hasMessageContaining("no user \"no-such-user\"");
        assertThatThrownBy(() -> ClusterFolders.of(project, Server.settings("postgres.os-user=root")))
                .hasMessageContaining("refuses to run as root");
    }

    @Test
    void settingsThatCannotBeUsedAreNamed() {
        assertThatThrownBy(() -> Server.settings("postgres.parameters=fsync"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("name=value");
        assertThatThrownBy(() -> Server.settings("postgres.parameters=port=1"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("port is set by Galley");
        assertThatThrownBy(() -> Server.settings("postgres.parameters=a' b=hunter2"))
                .isInstanceOf(SettingsException.class)
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> Server.settings("postgres.parameters=vault.key=begins,hunter2"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("entry 2")
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("begins");
        assertThatThrownBy(() -> Server.settings("postgres.parameters=vault.key=hunter\t2"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("vault.key")
                .hasMessageNotContaining("hunter");
        assertThatThrownBy(() -> PostgresSettings.from(
                        new Settings(new FlagLayer().set("postgres.url=postgresql://u:hunter2@h:x/db"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("postgres.url: not a database URL")
                .message()
                .doesNotContain("hunter2");
    }
}
