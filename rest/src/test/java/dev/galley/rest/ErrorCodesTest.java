package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrorCodesTest {
    private static final List<Path> SOURCES = List.of(
            Path.of("src/main/java/dev/galley/rest"),
            Path.of("../postgres/src/main/java/dev/galley/postgres/idempotency"));
    private static final Pattern MADE = Pattern.compile("(?:error|Told)\\(\\s*(\\d{3}),\\s*\"(GLY-[A-Z]+\\d+)\"");
    private static final Pattern LISTED = Pattern.compile("(?m)^\\| (GLY-[A-Z]+\\d+) \\| (\\d{3}) \\| \\S");

    @Test
    void everyCodeIsListedWithItsStatusAndNoOther() throws IOException {
        Set<String> made = new TreeSet<>();
        for (Path folder : SOURCES) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Matcher found = MADE.matcher(Files.readString(file));
                    while (found.find()) made.add(found.group(2) + " " + found.group(1));
                }
            }
        }
        Set<String> listed = new TreeSet<>();
        Matcher found = LISTED.matcher(Files.readString(Path.of("../docs/rest.md")));
        while (found.find())
            assertThat(listed.add(found.group(1) + " " + found.group(2))).isTrue();
        assertThat(made).hasSizeGreaterThan(20).isEqualTo(listed);
    }
}
