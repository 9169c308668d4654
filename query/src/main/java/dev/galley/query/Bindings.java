package dev.galley.query;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of one request, in the order in which its parser met them. Confined to the request. */
public final class Bindings {
    private final List<byte @Nullable []> values = new ArrayList<>();

    public Value add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds UTF-8 text; null is SQL NULL. */
    public Value add(byte @Nullable [] utf8) {
        values.add(utf8);
        return new Value(values.size() - 1);
    }

    public byte @Nullable [] get(Value value) {
        return values.get(value.index());
    }

    /** The value as a whole number, for limits and offsets; it was checked when it was parsed. */
    public long number(Value value) {
        byte @Nullable [] utf8 = get(value);
        return utf8 == null ? 0 : Long.parseLong(new String(utf8, StandardCharsets.UTF_8));
    }
}
