package dev.galley.storage.database;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One row of an answer, as the texts of its columns. */
public record Row(List<@Nullable String> columns) {

    /** @throws IllegalStateException for NULL */
    public String text(int column) {
        return maybe(column).orElseThrow(() -> new IllegalStateException("column " + column + " is NULL"));
    }

    public Optional<String> maybe(int column) {
        return Optional.ofNullable(columns.get(column));
    }

    public boolean flag(int column) {
        return "t".equals(columns.get(column));
    }
}
