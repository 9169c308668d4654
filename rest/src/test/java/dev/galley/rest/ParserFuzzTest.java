package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever comes in, a parser reads it or refuses it by a typed error. The corpus is replayed and mutated in every run; the slow
 * suite lets Jazzer, which sees what code an input reaches, look for others ({@code -Dgalley.fuzz-seconds}, 600).
 */
class ParserFuzzTest {
    private static final int ROUNDS = 500;
    private static final String PIECES = "ab1().,:->\"\\!*{}[]_ %2528&=;'\n\u0000\u00fc\ud83d\ude00\ud800";

    @TempDir
    Path folder;

    @Test
    void readsTheWholeCorpusAndRefusesPartOfIt() {
        Set<ParserFuzz.Parser> read = EnumSet.noneOf(ParserFuzz.Parser.class);
        int refused = 0;
        for (String each : corpus()) {
            ParserFuzz.Parser parser = parser(each);
            if (ParserFuzz.accepts(parser, each.substring(1))) read.add(parser);
            else refused++;
        }
        assertThat(read).containsExactlyInAnyOrder(ParserFuzz.Parser.values());
        assertThat(refused).isPositive();
    }

    @Test
    void survivesMutationsOfTheCorpus() {
        Random random = new Random(20260301);
        List<String> corpus = corpus();
        int read = 0;
        int refused = 0;
        for (String each : corpus) {
            ParserFuzz.Parser parser = parser(each);
            for (int round = 0; round < ROUNDS; round++) {
                String other = corpus.get(random.nextInt(corpus.size()));
                String mutated = mutated(each.substring(1), other, random);
                if (ParserFuzz.accepts(parser, mutated)) read++;
                else refused++;
            }
        }
        assertThat(read).isGreaterThan(corpus.size());
        assertThat(refused).isGreaterThan(corpus.size());
    }

    /** An input that takes longer than two seconds fails too. */
    @Test
    @Tag("slow")
    void isFoundNoUncaughtExceptionIn() throws IOException, InterruptedException {
        int seconds = Integer.getInteger("galley.fuzz-seconds", 600);
        Path seeds = Files.createDirectory(folder.resolve("corpus"));
        int number = 0;
        for (String each : corpus()) Files.writeString(seeds.resolve("seed" + number++), each);
        Path dictionary = Files.write(folder.resolve("dictionary"), resource("/fuzz/dictionary.txt"));
        Path log = folder.resolve("log");
        Process fuzzer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + ParserFuzz.class.getName(),
                        "--instrumentation_includes=dev.galley.rest.**",
                        "-max_total_time=" + seconds,
                        "-timeout=2",
                        "-dict=" + dictionary,
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

    private static ParserFuzz.Parser parser(String input) {
        for (ParserFuzz.Parser each : ParserFuzz.Parser.values()) {
            if (each.letter == input.charAt(0)) return each;
        }
        throw new AssertionError("no parser has the letter of " + input);
    }

    private static String mutated(String text, String other, Random random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(mutated.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> mutated.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
                case 1 -> mutated.delete(at, Math.min(mutated.length(), at + 1 + random.nextInt(3)));
                case 2 -> mutated.insert(at, other, 1 + random.nextInt(other.length()), other.length());
                default -> mutated.insert(at, mutated.substring(random.nextInt(at + 1), at));
            }
        }
        return mutated.toString();
    }

    /** One input on each line; {@code \n} stands for a line's end. */
    private static List<String> corpus() {
        return new String(resource("/fuzz/corpus.txt"), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replace("\\n", "\n"))
                .toList();
    }

    private static byte[] resource(String name) {
        try (var in = Objects.requireNonNull(ParserFuzzTest.class.getResourceAsStream(name))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
