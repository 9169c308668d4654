package dev.galley.rest;

import java.util.List;

/** The parameters that all tables, or all functions, have in common. */
final class OpenApiParameters {
    private static final List<String> RETURN =
            List.of("return=representation", "return=minimal", "return=headers-only", "return=none");
    private static final List<String> RESOLUTION =
            List.of("resolution=ignore-duplicates", "resolution=merge-duplicates");
    private static final List<String> COUNT = List.of("count=none", "count=exact", "count=planned", "count=estimated");

    private OpenApiParameters() {}

    static void write(OpenApiWriter json) {
        prefer(json, "preferParams", List.of());
        prefer(json, "preferReturn", RETURN);
        prefer(json, "preferCount", COUNT);
        prefer(
                json,
                "preferPost",
                java.util.stream.Stream.concat(RETURN.stream(), RESOLUTION.stream())
                        .toList());
        optional(json, "select", "select", "Filtering Columns", "query", () -> {});
        optional(json, "on_conflict", "on_conflict", "On Conflict", "query", () -> {});
        optional(json, "order", "order", "Ordering", "query", () -> {});
        optional(json, "range", "Range", "Limiting and Pagination", "header", () -> {});
        optional(
                json,
                "rangeUnit",
                "Range-Unit",
                "Limiting and Pagination",
                "header",
                () -> json.text("default", "items"));
        optional(json, "offset", "offset", "Limiting and Pagination", "query", () -> {});
        optional(json, "limit", "limit", "Limiting and Pagination", "query", () -> {});
    }

    private static void prefer(OpenApiWriter json, String key, List<String> values) {
        optional(json, key, "Prefer", "Preference", "header", () -> {
            if (!values.isEmpty()) json.texts("enum", values);
        });
    }

    private static void optional(
            OpenApiWriter json, String key, String name, String description, String place, Runnable more) {
        json.object(key, () -> {
            json.text("name", name);
            json.text("description", description);
            json.flag("required", false);
            json.text("in", place);
            json.text("type", "string");
            more.run();
        });
    }
}
