package dev.galley.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.identity.TestTokens.MovingClock;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import dev.galley.settings.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectKeysTest {
    @TempDir
    Path folder;

    @Test
    void keysAreMadeOnceAndKept() throws Exception {
        ProjectKeys first = load();
        ProjectKeys second = load();

        assertThat(second).isEqualTo(first);
        assertThat(first.jwtSecret()).hasSizeGreaterThanOrEqualTo(32);
        assertThat(first.publishableKeys()).singleElement().asString().matches("sb_publishable_[\\w-]{22}_[\\w-]{8}");
        assertThat(first.secretKeys()).singleElement().asString().matches("sb_secret_[\\w-]{22}_[\\w-]{8}");
        assertThat(first.signingKeys().getFirst().getAlgorithm().getName()).isEqualTo("ES256");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void startsAtOnceEndWithTheSameKeys() throws Exception {
        int starts = 8;
        CyclicBarrier together = new CyclicBarrier(starts);
        Set<String> secrets = new HashSet<>();
        try (var threads = Executors.newFixedThreadPool(starts)) {
            List<Future<ProjectKeys>> loads = new ArrayList<>();
            for (int i = 0; i < starts; i++) {
                loads.add(threads.submit(() -> {
                    together.await();
                    return load();
                }));
            }
            for (Future<ProjectKeys> load : loads) {
                secrets.add(load.get().jwtSecret());
            }
        }
        assertThat(secrets).hasSize(1);
    }

    @Test
    void aFileThatOthersCanReadIsClosed() throws Exception {
        load();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        load();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void aDamagedFileIsAClearErrorAndStaysAsItIs() throws Exception {
        load();
        String whole = Files.readString(file());
        for (String damaged :
                List.of("", whole.substring(0, whole.length() / 2), "[]", "{}", whole.replace("jwt_secret", "x"))) {
            Files.writeString(file(), damaged);
            assertThatThrownBy(this::load)
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("is damaged")
                    .hasMessageContaining(file().toString());
            assertThat(Files.readString(file())).isEqualTo(damaged);
        }
    }

    @Test
    void settingsWinOverTheFile() {
        ProjectKeys made = load();
        ProjectKeys set = load(
                "auth.jwt-secret=" + TestTokens.SECRET,
                "auth.publishable-key=sb_publishable_abcdefghijklmnopqrstuv, sb_publishable_ABCDEFGHIJKLMNOPQRSTUV",
                "auth.secret-key=sb_secret_abcdefghijklmnopqrstuv");

        assertThat(set.jwtSecret()).isEqualTo(TestTokens.SECRET);
        assertThat(set.publishableKeys())
                .containsExactly("sb_publishable_abcdefghijklmnopqrstuv", "sb_publishable_ABCDEFGHIJKLMNOPQRSTUV");
        assertThat(set.secretKeys()).containsExactly("sb_secret_abcdefghijklmnopqrstuv");
        assertThat(set.anonKey()).isNotEqualTo(made.anonKey());
        assertThat(set.signingKeys()).isEqualTo(made.signingKeys());
    }

    @Test
    void weakOrMisshapenKeysAreRefusedWithoutBeingQuoted() {
        for (String setting : List.of(
                "auth.jwt-secret=only 31 characters are not enou",
                "auth.jwt-secret={\"kty\":\"oct\",\"k\":\"c2hvcnQtc2VjcmV0\"}",
                "auth.jwt-secret={\"kty\":\"RSA\",\"n\":\"brokenmaterial\"",
                "auth.publishable-key=sb_secret_abcdefghijklmnopqrstuv",
                "auth.secret-key=sb_secret_short",
                "auth.secret-key=sb_secret_with spaces and more of it",
                "auth.jwks=/nowhere/at/all.json",
                "auth.jwks=\"kty\":\"oct\",\"k\":\"c2hvcnQtc2VjcmV0\"}",
                "auth.jwks=c2hvcnQtc2VjcmV0\0",
                "auth.signing-keys-path=\"kty\":\"EC\",\"d\":\"c2hvcnQtc2VjcmV0\"}")) {
            assertThatThrownBy(() -> KeySet.of(load(setting), settings(setting)))
                    .as(setting)
                    .isInstanceOf(SettingsException.class)
                    .hasMessageNotContaining("c2hvcnQtc2VjcmV0")
                    .hasMessageNotContaining("brokenmaterial")
                    .hasMessageNotContaining("abcdefghijklmnopqrstuv")
                    .hasMessageNotContaining("31 characters are");
        }
    }

    @Test
    void settingsThatMayHoldKeysAreNotShown() {
        Settings read = new Settings(new FlagLayer()
                .set("auth.jwks={\"keys\":[{\"kty\":\"oct\",\"k\":\"c2hvcnQtc2VjcmV0\"}]}")
                .set("auth.signing-keys-path={\"kty\":\"EC\",\"d\":\"c2hvcnQtc2VjcmV0\"}"));
        IdentitySettings.from(read);
        assertThat(read.declared().toString()).doesNotContain("c2hvcnQtc2VjcmV0");
    }

    @Test
    void smallRsaKeysAreRefused() {
        String n = "wO_7jTq1nfRzEmJYXDLeXVk2Tn9k9mVbV8BvHnmqYk1YdRrPSlXsB4yEh3e3bBqdP3q0hVeyXyF1kUKZcY0YxQ";
        assertThatThrownBy(() ->
                        new KeySet(KeySet.parse("auth.jwks", "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" + n + "\"}")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("2048 bits");
    }

    @Test
    void withPublicKeysInPlaceOfASecretTheSigningKeySignsTheLegacyKeys() {
        String jwks = "auth.jwt-secret={\"keys\":["
                + load().signingKeys().getFirst().toPublicJWK().toJSONString() + "]}";
        ProjectKeys keys = load(jwks);
        var authenticator = new KeyAuthenticator(settings(jwks), keys, true, new MovingClock());
        assertThat(authenticator.identify(java.util.Optional.empty(), java.util.Optional.of(keys.serviceRoleKey())))
                .extracting("role")
                .isEqualTo("service_role");
    }

    @Test
    void onlyPublicHalvesArePublished() {
        ProjectKeys keys = load();
        String published = KeySet.of(keys, settings()).publicJwks();
        assertThat(published)
                .contains("\"kid\"")
                .contains("\"ES256\"")
                .doesNotContain("\"d\"")
                .doesNotContain("oct");
    }

    @Test
    void nothingSecretIsPrinted() {
        ProjectKeys keys = load();
        assertThat(keys.toString() + settings("auth.jwt-secret=" + TestTokens.SECRET))
                .doesNotContain(keys.jwtSecret())
                .doesNotContain(keys.secretKeys().getFirst())
                .doesNotContain(TestTokens.SECRET);
    }

    private Path file() {
        return folder.resolve("keys.json");
    }

    private ProjectKeys load(String... flags) {
        return ProjectKeys.load(file(), settings(flags), new SecureRandom(), new MovingClock());
    }

    private static IdentitySettings settings(String... flags) {
        FlagLayer layer = new FlagLayer();
        List.of(flags).forEach(layer::set);
        return IdentitySettings.from(new Settings(layer));
    }
}
