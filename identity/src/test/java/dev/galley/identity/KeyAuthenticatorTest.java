package dev.galley.identity;

import static dev.galley.identity.TestTokens.NOW;
import static dev.galley.identity.TestTokens.hs256;
import static dev.galley.identity.TestTokens.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.identity.TestTokens.MovingClock;
import dev.galley.settings.SettingsException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyAuthenticatorTest {
    @TempDir
    Path folder;

    private final MovingClock clock = new MovingClock();
    private IdentitySettings settings;
    private ProjectKeys keys;
    private KeyAuthenticator authenticator;

    @BeforeEach
    void start() {
        settings = TestTokens.settings();
        keys = TestTokens.keys(folder, settings);
        authenticator = new KeyAuthenticator(settings, keys, true, clock);
    }

    @Test
    void aTokenOfItsOwnCountsAloneWhateverTheApikey() {
        String token = user("");
        for (String apikey : new String[] {
            keys.secretKeys().getFirst(), keys.publishableKeys().getFirst(), "nonsense"
        }) {
            assertThat(identify("Bearer " + token, apikey))
                    .isEqualTo(new Caller("authenticated", claims(token), Optional.of("u1"), true));
        }
    }

    @Test
    void aBadTokenIsNotSavedByAGoodApikey() {
        assertThat(identify("Bearer a.b.c", keys.secretKeys().getFirst())).isInstanceOf(Refusal.Malformed.class);
        assertThat(identify("Basic dTpw", keys.secretKeys().getFirst())).isInstanceOf(Refusal.KeyMissing.class);
        assertThat(identify("Bearer ", keys.secretKeys().getFirst()))
                .isEqualTo(new Refusal.Malformed("Empty JWT is sent in Authorization header"));
    }

    @Test
    void theSecretKeyIsTheServiceRole() {
        String secret = keys.secretKeys().getFirst();
        assertThat(identify("", secret))
                .isEqualTo(new Caller("service_role", claims(keys.serviceRoleKey()), Optional.empty(), true));
        assertThat(identify("Bearer " + secret, secret)).isEqualTo(identify("", secret));
        assertThat(identify("bearer " + secret, secret)).isEqualTo(identify("", secret));
    }

    @Test
    void thePublishableKeyIsTheAnonymousRole() {
        String publishable = keys.publishableKeys().getFirst();
        assertThat(identify("", publishable))
                .isEqualTo(new Caller("anon", claims(keys.anonKey()), Optional.empty(), false));
        // The apikey decides, not the key in Authorization.
        assertThat(identify("Bearer " + keys.secretKeys().getFirst(), publishable))
                .isEqualTo(identify("", publishable));
    }

    @Test
    void legacyKeysAreTokensInEitherPlace() {
        for (String key : new String[] {keys.anonKey(), keys.serviceRoleKey()}) {
            assertThat(identify("", key)).isInstanceOf(Caller.class);
            assertThat(identify("Bearer " + key, key)).isEqualTo(identify("", key));
            assertThat(identify("Bearer " + key, "")).isEqualTo(identify("", key));
        }
        assertThat(identify("", keys.anonKey()))
                .extracting("role", "authenticated")
                .containsExactly("anon", false);
        assertThat(identify("", keys.serviceRoleKey()))
                .extracting("role", "authenticated")
                .containsExactly("service_role", true);
    }

    @Test
    void withoutAKeyNobodyIsLetInByDefault() {
        assertThat(identify("", "")).isEqualTo(new Refusal.KeyMissing());
        assertThat(identify("Bearer " + keys.secretKeys().getFirst(), "")).isEqualTo(new Refusal.KeyMissing());
        assertThat(authenticator.identify(Optional.empty(), Optional.of(""))).isEqualTo(new Refusal.KeyMissing());
    }

    @Test
    void unknownKeysAreRefused() {
        String secret = keys.secretKeys().getFirst();
        for (String key : new String[] {
            "nonsense", "sb_secret_", secret + "x", secret.substring(1), secret.toUpperCase(), "x".repeat(100_000)
        }) {
            assertThat(identify("", key)).isEqualTo(new Refusal.KeyUnknown());
        }
    }

    @Test
    void anAnonymousRoleOpensTheDoorWithoutAKey() {
        var open = new KeyAuthenticator(TestTokens.settings("auth.anonymous-role=visitor"), keys, false, clock);

        assertThat(open.identify(Optional.empty(), Optional.empty()))
                .isEqualTo(new Caller("visitor", "{\"role\":\"visitor\"}", Optional.empty(), false));
        assertThat(open.identify(Optional.of("Basic dTpw"), Optional.empty()))
                .extracting("role")
                .isEqualTo("visitor");
        assertThat(open.identify(Optional.of("Bearer " + hs256("{\"a\":1}")), Optional.empty()))
                .isEqualTo(new Caller("visitor", "{\"a\":1,\"role\":\"visitor\"}", Optional.empty(), false));
        assertThat(open.identify(Optional.of("Bearer " + hs256("{\"role\":\"editor\"}")), Optional.empty()))
                .isEqualTo(new Caller("editor", "{\"role\":\"editor\"}", Optional.empty(), true));
        assertThat(open.identify(Optional.of("Bearer " + hs256("{\"role\":\"none\"}")), Optional.empty()))
                .isEqualTo(new Refusal.RoleNotAllowed("none"));
    }

    @Test
    void aPlainServerWithoutAnonymousRoleRefusesTokensWithoutRole() {
        var plain = new KeyAuthenticator(settings, keys, false, clock);
        assertThat(plain.identify(Optional.of("Bearer " + hs256("{}")), Optional.empty()))
                .isEqualTo(new Refusal.KeyMissing());
        assertThat(identify("Bearer " + hs256("{}"), "")).extracting("role").isEqualTo("anon");
    }

    @Test
    void theRolesOfTheSettingsReplaceTheDefault() {
        var listed = new KeyAuthenticator(TestTokens.settings("auth.roles=editor"), keys, true, clock);
        assertThat(listed.identify(Optional.of("Bearer " + hs256("{\"role\":\"editor\"}")), Optional.empty()))
                .isInstanceOf(Caller.class);
        assertThat(listed.identify(Optional.of("Bearer " + user("")), Optional.empty()))
                .isEqualTo(new Refusal.RoleNotAllowed("authenticated"));
        assertThat(listed.identify(Optional.empty(), Optional.of(keys.serviceRoleKey())))
                .isInstanceOf(Caller.class);
    }

    @Test
    void theRoleMayStandElsewhereInTheClaims() {
        var elsewhere =
                new KeyAuthenticator(TestTokens.settings("auth.role-claim=$.app['my roles'][1]"), keys, true, clock);
        String token = hs256("{\"role\":\"postgres\",\"app\":{\"my roles\":[\"x\",\"authenticated\"]}}");
        assertThat(elsewhere.identify(Optional.of("Bearer " + token), Optional.empty()))
                .isEqualTo(new Caller(
                        "authenticated",
                        "{\"role\":\"authenticated\",\"app\":{\"my roles\":[\"x\",\"authenticated\"]}}",
                        Optional.empty(),
                        true));
    }

    @Test
    void claimsAreHandedOnAsTheyWereSent() {
        String claims =
                "{ \"n\" : 1.50, \"big\":123456789012345678901234567890, \"role\":\"anon\", \"t\":\"\\u00e9\\n\" }";
        assertThat(identify("Bearer " + hs256(claims), "")).extracting("claims").isEqualTo(claims);
    }

    @Test
    void aRememberedTokenEndsWithItsTime() {
        String token = "Bearer " + user(",\"nbf\":" + NOW);
        assertThat(identify(token, "")).isInstanceOf(Caller.class);
        assertThat(identify(token, "")).isSameAs(identify(token, ""));
        clock.moveTo(NOW + 3600 + 30);
        assertThat(identify(token, "")).isInstanceOf(Caller.class);
        clock.moveTo(NOW + 3600 + 31);
        assertThat(identify(token, "")).isEqualTo(new Refusal.Expired());
        clock.moveTo(NOW - 31);
        assertThat(identify(token, "")).isEqualTo(new Refusal.NotYetValid());
        clock.moveTo(NOW);
        assertThat(identify(token, "")).isInstanceOf(Caller.class);
    }

    @Test
    void theLegacyKeyEndsWithItsTimeAndTheOpaqueKeyDoesNot() {
        clock.moveTo(NOW + 3651L * 86_400);
        assertThat(identify("", keys.anonKey())).isEqualTo(new Refusal.Expired());
        assertThat(identify("Bearer " + keys.anonKey(), "")).isEqualTo(new Refusal.Expired());
        assertThat(identify("", keys.publishableKeys().getFirst())).isInstanceOf(Caller.class);
    }

    @Test
    void aClockThatWasSetBackDoesNotKeepTheProgramFromStarting() {
        clock.moveTo(NOW - 86_400);
        var early = new KeyAuthenticator(settings, keys, true, clock);
        assertThat(early.identify(
                        Optional.empty(), Optional.of(keys.publishableKeys().getFirst())))
                .isInstanceOf(Caller.class);
        assertThat(early.identify(Optional.empty(), Optional.of(keys.anonKey())))
                .isEqualTo(new Refusal.IssuedInFuture());
        clock.moveTo(NOW);
        assertThat(early.identify(Optional.empty(), Optional.of(keys.anonKey())))
                .isInstanceOf(Caller.class);
    }

    @Test
    void twoKeysHoldAtOnceAndARemovedOneTakesItsTokensAlong() {
        String old = "Bearer " + user("");
        String oldKey = keys.secretKeys().getFirst();
        String newSecret = "the next secret of more than 32 characters";
        String next = "Bearer " + hs256("{\"alg\":\"HS256\"}", "{\"role\":\"authenticated\"}", newSecret);
        String both = "{\"keys\":[" + oct(newSecret) + "," + oct(TestTokens.SECRET) + "]}";
        assertThat(identify(old, "")).isInstanceOf(Caller.class);
        assertThat(identify(next, "")).isEqualTo(new Refusal.BadSignature());

        authenticator.replaceKeys(TestTokens.keys(
                folder,
                TestTokens.settings(
                        "auth.jwt-secret=" + both, "auth.secret-key=sb_secret_01234567890123456789," + oldKey)));
        assertThat(identify(old, "")).isInstanceOf(Caller.class);
        assertThat(identify(next, "")).isInstanceOf(Caller.class);
        assertThat(identify("", oldKey)).isInstanceOf(Caller.class);

        authenticator.replaceKeys(TestTokens.keys(
                folder,
                TestTokens.settings("auth.jwt-secret=" + newSecret, "auth.secret-key=sb_secret_01234567890123456789")));
        assertThat(identify(old, "")).isEqualTo(new Refusal.BadSignature());
        assertThat(identify(next, "")).isInstanceOf(Caller.class);
        assertThat(identify("", oldKey)).isEqualTo(new Refusal.KeyUnknown());
        assertThat(identify("", keys.anonKey())).isEqualTo(new Refusal.BadSignature());
        assertThat(identify("", "sb_secret_01234567890123456789")).isInstanceOf(Caller.class);
    }

    @Test
    void theCacheIsBounded() {
        var small = new KeyAuthenticator(TestTokens.settings("auth.token-cache-size=0"), keys, true, clock);
        assertThat(small.identify(Optional.of("Bearer " + user("")), Optional.empty()))
                .isInstanceOf(Caller.class);
    }

    @Test
    void aLegacyKeyOfTheSettingsMustBeOneOfTheProject() {
        for (String key : new String[] {
            "nonsense", keys.serviceRoleKey(), hs256("{\"alg\":\"HS256\"}", "{\"role\":\"anon\"}", "x".repeat(32))
        }) {
            IdentitySettings wrong = TestTokens.settings("auth.anon-key=" + key);
            ProjectKeys withWrong = TestTokens.keys(folder, wrong);
            assertThatThrownBy(() -> new KeyAuthenticator(wrong, withWrong, true, clock))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageStartingWith("auth.anon-key")
                    .hasMessageNotContaining(key);
        }
    }

    private Identified identify(String authorization, String apikey) {
        return authenticator.identify(
                Optional.of(authorization).filter(text -> !text.isEmpty()),
                Optional.of(apikey).filter(text -> !text.isEmpty()));
    }

    private static String claims(String token) {
        return new String(
                java.util.Base64.getUrlDecoder().decode(token.split("\\.")[1]),
                java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String oct(String secret) {
        return "{\"kty\":\"oct\",\"k\":\"" + TestTokens.part(secret) + "\"}";
    }
}
