package dev.galley.query;

import java.util.List;

/**
 * A column (or computed field) and a way into its JSON: {@code data->address->>0}.
 *
 * @param column the name; {@code *} never stands here
 */
public record FieldPath(String column, List<Step> json) {

    /** @param asText whether the step is {@code ->>}; only the last may be */
    public record Step(String keyOrIndex, boolean isIndex, boolean asText) {}

    public static FieldPath of(String column) {
        return new FieldPath(column, List.of());
    }
}
