package dev.galley.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Load on PostgreSQL itself by {@code pgbench} with prepared statements: the ceiling that the API is compared with. */
final class Pgbench {
    private static final Pattern TPS = Pattern.compile("tps = ([\\d.]+)");
    private static final Pattern LATENCY = Pattern.compile("latency average = ([\\d.]+) ms");
    private static final Pattern FAILED = Pattern.compile("number of failed transactions: (\\d+)");

    private Pgbench() {}

    /** @param server the environment that libpq needs: PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE */
    static Figures run(String name, Path pgbench, Map<String, String> server, String script, int clients, int seconds) {
        try {
            Path file = Files.createTempFile("galley-bench", ".sql");
            Files.writeString(file, script);
            String output = Command.run(
                    List.of(
                            pgbench.toString(),
                            "--no-vacuum",
                            "--protocol=prepared",
                            "--client=" + clients,
                            "--jobs=2",
                            "--time=" + seconds,
                            "--file=" + file),
                    server);
            Files.delete(file);
            return new Figures(
                    name,
                    number(TPS, output),
                    number(LATENCY, output), // an average: pgbench prints no percentiles
                    0,
                    0,
                    (long) number(FAILED, output),
                    0,
                    0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double number(Pattern pattern, String output) {
        Matcher found = pattern.matcher(output);
        if (!found.find()) {
            throw new IllegalStateException("pgbench printed no " + pattern + ":\n" + output);
        }
        return Double.parseDouble(found.group(1));
    }
}
