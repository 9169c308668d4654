package dev.galley.query;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numbers the parameters of a statement while it is written, and later takes their values from the bindings of a request. */
public final class Parameters {
    private final List<Parameter> parameters = new ArrayList<>();

    /** Where the value of a parameter comes from. */
    private sealed interface Parameter {}

    private record Plain(int index) implements Parameter {}

    private record Bytea(int index) implements Parameter {}

    /** A parameter is never used twice: each use may be inferred to be of another type. */
    public String add(Value value) {
        return add(new Plain(value.index()));
    }

    /** Raw bytes, sent as the text form of a bytea. */
    String addBytea(Value value) {
        return add(new Bytea(value.index()));
    }

    public int count() {
        return parameters.size();
    }

    /** Forgets those after the first {@code count}: their SQL was dropped. */
    void truncate(int count) {
        parameters.subList(count, parameters.size()).clear();
    }

    private String add(Parameter parameter) {
        parameters.add(parameter);
        return "$" + parameters.size();
    }

    public List<byte @Nullable []> bind(Bindings bindings) {
        List<byte @Nullable []> values = new ArrayList<>(parameters.size());
        for (Parameter parameter : parameters) {
            values.add(value(parameter, bindings));
        }
        return values;
    }

    private static byte @Nullable [] value(Parameter parameter, Bindings bindings) {
        return switch (parameter) {
            case Plain(int index) -> bindings.get(new Value(index));
            case Bytea(int index) -> {
                byte @Nullable [] raw = bindings.get(new Value(index));
                yield raw == null ? null : ("\\x" + HexFormat.of().formatHex(raw)).getBytes(StandardCharsets.US_ASCII);
            }
        };
    }
}
