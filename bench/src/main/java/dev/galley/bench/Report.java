package dev.galley.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects figures and prints them as a table for people and as JSON for programs. */
final class Report {
    private final List<Figures> runs = new ArrayList<>();
    private final Map<String, Double> values = new LinkedHashMap<>();

    void add(Figures figures) {
        runs.add(figures);
        System.out.printf(
                Locale.ROOT,
                "%-44s %10.0f /s  p50 %7.2f ms  p99 %7.2f ms  %7.1f MB/s  cpu %6.1f + %6.1f us  errors %d%n",
                figures.name(),
                figures.perSecond(),
                figures.p50Millis(),
                figures.p99Millis(),
                figures.megabytesPerSecond(),
                figures.programMicros(),
                figures.databaseMicros(),
                figures.errors());
    }

    void value(String name, double value) {
        values.put(name, value);
        System.out.printf(Locale.ROOT, "%-44s %10.2f%n", name, value);
    }

    String json() {
        StringBuilder json = new StringBuilder("{\n  \"runs\": [");
        String separator = "\n";
        for (Figures run : runs) {
            json.append(separator)
                    .append(String.format(
                            Locale.ROOT,
                            "    {\"name\": \"%s\", \"per_second\": %.1f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"mb_per_second\": %.2f,"
                                    + " \"errors\": %d, \"program_cpu_us\": %.2f, \"database_cpu_us\": %.2f}",
                            run.name(),
                            run.perSecond(),
                            run.p50Millis(),
                            run.p99Millis(),
                            run.megabytesPerSecond(),
                            run.errors(),
                            run.programMicros(),
                            run.databaseMicros()));
            separator = ",\n";
        }
        json.append("\n  ],\n  \"values\": {");
        separator = "\n";
        for (Map.Entry<String, Double> value : values.entrySet()) {
            json.append(separator)
                    .append(String.format(Locale.ROOT, "    \"%s\": %.3f", value.getKey(), value.getValue()));
            separator = ",\n";
        }
        return json.append("\n  }\n}\n").toString();
    }
}
