package dev.galley.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Load over HTTP by {@code wrk}: a closed loop over a fixed number of connections. */
final class Wrk {
    private static final Pattern RESULT = Pattern.compile("figures (\\d+) (\\d+) (\\d+) ([\\d.]+) ([\\d.]+) (\\d+)");

    private Wrk() {}

    /**
     * @param lua defines {@code request()}; an empty text asks for the URL as it is
     */
    static Figures run(String name, String url, Map<String, String> headers, String lua, int connections, int seconds) {
        try {
            Path script = Files.createTempFile("galley-bench", ".lua");
            Files.writeString(script, lua + REPORT);
            List<String> command = new ArrayList<>(List.of(
                    "wrk",
                    "-t2",
                    "-c" + connections,
                    "-d" + seconds + "s",
                    "--timeout",
                    "10s",
                    "-s",
                    script.toString()));
            headers.forEach((header, value) -> command.addAll(List.of("-H", header + ": " + value)));
            command.add(url);
            String output = Command.run(command, Map.of());
            Files.delete(script);
            Matcher found = RESULT.matcher(output);
            if (!found.find()) {
                throw new IllegalStateException("wrk printed no figures:\n" + output);
            }
            double duration = Long.parseLong(found.group(2)) / 1e6;
            return new Figures(
                    name,
                    Long.parseLong(found.group(1)) / duration,
                    Double.parseDouble(found.group(4)) / 1000,
                    Double.parseDouble(found.group(5)) / 1000,
                    Long.parseLong(found.group(3)) / duration / 1e6,
                    Long.parseLong(found.group(6)),
                    0,
                    0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Lua that draws its requests before the load begins: made for each request, they would take the client as much time as the
     * server takes to parse them, from the same processors.
     *
     * @param request a Lua expression, evaluated {@link #PREPARED} times in each of wrk's threads
     */
    static String prepared(String request) {
        return """
                local requests, at = {}, 0
                function init()
                  for i = 1, %1$d do requests[i] = %2$s end
                end
                function request()
                  at = at %% %1$d + 1
                  return requests[at]
                end
                """.formatted(PREPARED, request);
    }

    private static final int PREPARED = 20_000;

    private static final String REPORT = """

            function done(summary, latency)
              local e = summary.errors
              print(string.format("figures %d %d %d %.1f %.1f %d", summary.requests, summary.duration, summary.bytes,
                latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
            end
            """;
}
