package dev.galley.auth.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordPolicyTest {
    @TempDir
    Path folder;

    private static PasswordPolicy policy(String... flags) {
        FlagLayer layer = new FlagLayer();
        List.of(flags).forEach(layer::set);
        return new PasswordPolicy(PasswordSettings.from(new Settings(layer)));
    }

    private static List<String> reasons(PasswordPolicy policy, String password) {
        return policy.fault(password).map(fault -> fault.weakPassword()).orElse(List.of());
    }

    @Test
    void lengthIsCountedInCharactersAndBounded() {
        assertThat(reasons(policy(), "12345")).containsExactly("length");
        assertThat(reasons(policy(), "ぱすわーど!")).isEmpty();
        assertThat(policy().fault("x".repeat(257)).orElseThrow().status()).isEqualTo(400);
    }

    @Test
    void kindsOfCharacters() {
        PasswordPolicy policy = policy("auth.password-requirements=lower-upper-letters-digits-symbols");
        assertThat(reasons(policy, "abcDEF123")).containsExactly("characters");
        assertThat(reasons(policy, "abcDEF123!")).isEmpty();
        assertThat(reasons(policy, "abc")).containsExactly("length", "characters");
    }

    @Test
    void whatIsEasilyGuessed() {
        PasswordPolicy policy = policy("auth.password.min-strength=3");
        assertThat(reasons(policy, "Password1!")).containsExactly("characters");
        assertThat(reasons(policy, "qwertyuiop")).containsExactly("characters");
        assertThat(reasons(policy, "tundra violin gravel moss")).isEmpty();
    }

    private Path filter(List<String> passwords) throws Exception {
        List<String> lines = new ArrayList<>();
        for (String password : passwords) {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(password.getBytes(StandardCharsets.UTF_8));
            lines.add(HexFormat.of().withUpperCase().formatHex(digest) + ":" + lines.size());
        }
        Path digests = Files.write(folder.resolve("digests"), lines);
        Path file = folder.resolve("filter");
        assertThat(BreachedPasswordsFile.make(digests, file)).isEqualTo(passwords.size());
        return file;
    }

    @Test
    void whatWasBreachedIsAlwaysFoundAndHardlyAnythingElse() throws Exception {
        List<String> breached = new ArrayList<>(List.of("correct horse battery"));
        for (int i = 0; i < 5_000; i++) {
            breached.add("breached-" + i);
        }
        Path file = filter(breached);
        PasswordPolicy policy = policy("auth.password.breached-file=" + file);
        assertThat(reasons(policy, "correct horse battery")).containsExactly("pwned");
        BreachedPasswords filter = BreachedPasswords.open(file);
        assertThat(breached).allMatch(filter::contains);
        long mistaken = 0;
        for (int i = 0; i < 20_000; i++) {
            mistaken += filter.contains(UUID.nameUUIDFromBytes(new byte[] {(byte) i, (byte) (i >> 8)})
                            .toString())
                    ? 1
                    : 0;
        }
        assertThat(mistaken).isLessThan(60);
    }

    @Test
    void aFileThatIsNoFilterStopsTheStart() throws Exception {
        Path file = filter(List.of("a"));
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] {0, 7, BreachedPasswords.HEADER, bytes.length - 1}) {
            Path cut = Files.write(folder.resolve("cut-" + length), java.util.Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> BreachedPasswords.open(cut)).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> policy("auth.password.breached-file=" + folder.resolve("nothing")))
                .hasMessageContaining("nothing");
        Path words = Files.writeString(folder.resolve("words"), "not a digest\n");
        assertThatThrownBy(() -> BreachedPasswordsFile.make(words, folder.resolve("never")))
                .hasMessage("a line is no SHA-1 digest in hexadecimal digits");
        assertThat(folder.resolve("never")).doesNotExist();
    }
}
