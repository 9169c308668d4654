package dev.galley.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever comes in, it is a valid operation or is refused by a typed error. Mutations of a few documents are tried in every run; the slow
 * suite lets Jazzer, which sees what code an input reaches, look for others ({@code -Dgalley.fuzz-seconds}, 600).
 */
class DocumentFuzzTest {
    private static final int ROUNDS = 300;
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            ":",
            "$",
            "@",
            "...",
            "!",
            "\"",
            "\"\"\"",
            "\\",
            "#",
            "\n",
            " on ",
            "fragment f on Shop ",
            "\u2028",
            "\uFEFF",
            "\0",
            "\ud800",
            "-0",
            "1e999",
            "99999999999",
            "@include(if: $x)",
            "...f",
            "__typename",
            "null",
            "\\u{110000}");
    private static final List<String> CORPUS = List.of(
            "d{ shops { id name items(first: 2) { id price shop { name } } } }",
            "dquery q($f: ShopFilter, $x: Boolean! = true) { a: shops(filter: $f) @include(if: $x) { ...f } } fragment f on Shop { id kind }",
            "dmutation { insert(objects: [{name: \"x\", kind: LARGE}, {name: \"\"\"y \\\"\"\" z\"\"\"}]) { id } }",
            "d{ node(id: \"1\") { id ... on Item { price } ... on Shop { items(filter: {or: [{id: {in: [1, 2]}}]}) { id } } } } # end",
            "d{ __schema { types { name fields { name type { name } } } } }",
            "b{\"query\":\"query a { shops { id } } query b($i: Int) { shops(first: $i) { id } }\",\"operationName\":\"b\",\"variables\":{\"i\":3}}",
            "b{\"query\":\"{ shops { id } }\",\"variables\":{\"f\":{\"and\":[{\"id\":{\"eq\":1.5}},null,true]}},\"extensions\":{}}");

    @TempDir
    Path folder;

    @Test
    void takesTheWholeCorpus() {
        assertThat(CORPUS).allMatch(DocumentFuzz::accepts);
    }

    @Test
    void survivesMutationsOfTheCorpus() {
        Random random = new Random(20260517);
        int refused = 0;
        for (String each : CORPUS) {
            for (int round = 0; round < ROUNDS; round++) {
                refused += DocumentFuzz.accepts(mutated(each, random)) ? 0 : 1;
            }
        }
        assertThat(refused).isBetween(CORPUS.size(), CORPUS.size() * ROUNDS - CORPUS.size());
    }

    private static String mutated(String text, Random random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int change = random.nextInt(3); change >= 0; change--) {
            int at = 1 + random.nextInt(mutated.length() - 1);
            int end = Math.min(mutated.length(), at + random.nextInt(6));
            switch (random.nextInt(3)) {
                case 0 -> mutated.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> mutated.delete(Math.min(at + 1, end), end);
                default -> mutated.insert(at, mutated.substring(at, end).repeat(1 + random.nextInt(40)));
            }
        }
        return mutated.toString();
    }

    /** An input that takes longer than ten seconds, as the first may that loads everything, fails too. */
    @Test
    @Tag("slow")
    void isFoundNoUncaughtExceptionIn() throws IOException, InterruptedException {
        int seconds = Integer.getInteger("galley.fuzz-seconds", 600);
        Path seeds = Files.createDirectory(folder.resolve("corpus"));
        for (int i = 0; i < CORPUS.size(); i++) {
            Files.writeString(seeds.resolve("seed" + i), CORPUS.get(i));
        }
        Path log = folder.resolve("log");
        Process fuzzer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + DocumentFuzz.class.getName(),
                        "--instrumentation_includes=dev.galley.graphql.**",
                        "-max_total_time=" + seconds,
                        "-timeout=10",
                        seeds.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(fuzzer.waitFor(seconds + 120, TimeUnit.SECONDS)).isTrue();
            List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
            List<String> tail = lines.subList(Math.max(0, lines.size() - 40), lines.size());
            tail.stream().filter(line -> line.startsWith("Done ")).forEach(System.out::println);
            assertThat(fuzzer.exitValue()).as(String.join("\n", tail)).isZero();
            assertThat(tail).anyMatch(line -> line.matches("Done \\d+ runs in \\d+ second.*"));
        } finally {
            fuzzer.destroyForcibly();
        }
    }
}
