package dev.galley.query;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A plan: the query compiled for JSON, and for other outputs when the first request wants them. Safe for use by many threads. */
final class CompiledPlan implements Plan {
    /** Read after everything else: what the database wants to say about the response. */
    static final String SETTINGS = """
            SELECT nullif(current_setting('response.headers', true), ''), \
            nullif(current_setting('response.status', true), ''), \
            nullif(current_setting('%s', true), '')""".formatted(Writes.INSERTED);

    private static final int SMALLEST_BUFFER = 256;
    private static final int LARGEST_HINT = 1 << 20;

    private final Function<Form, Compiled> compiler;
    private final Traits traits;
    private final List<Prepared> before;
    private final Compiled json;
    private volatile @Nullable Compiled stripped;
    private volatile @Nullable Compiled csv;
    private final Map<Handled, Compiled> handled = new ConcurrentHashMap<>(0);
    private volatile int sizeHint = SMALLEST_BUFFER;

    /**
     * What is known of the query beside its SQL.
     *
     * @param counts whether a total was asked for
     * @param preRequest SQL that runs first
     * @param reportsSettings whether {@link #SETTINGS} runs last
     */
    record Traits(
            boolean readOnly, boolean counts, Bound bound, Optional<String> preRequest, boolean reportsSettings) {}

    CompiledPlan(Function<Form, Compiled> compiler, Traits traits) {
        this(compiler, traits, List.of());
    }

    /** @param before statements that run first */
    CompiledPlan(Function<Form, Compiled> compiler, Traits traits, List<Prepared> before) {
        this.before = before;
        this.compiler = compiler;
        this.traits = traits;
        this.json = compiler.apply(Compiled.Output.JSON);
    }

    @Override
    public boolean readOnly() {
        return traits.readOnly();
    }

    @Override
    public boolean bounded(Bindings bindings) {
        return traits.preRequest().isEmpty() && traits.bound().holds(bindings);
    }

    @Override
    public String sql() {
        if (before.isEmpty()) {
            return json.sql();
        }
        StringBuilder all = new StringBuilder();
        before.forEach(statement -> all.append(statement.sql()).append(";\n"));
        return all.append(json.sql()).toString();
    }

    @Override
    public Execution start(Bindings bindings, Representation representation, int maxBytes, int reserved) {
        Compiled compiled = compiledFor(representation);
        RowPrinter printer = RowPrinter.of(compiled, representation, Math.min(sizeHint, reserved), maxBytes);
        // What is only explained must not write.
        List<Prepared> first = representation instanceof Explained ? List.of() : before;
        return new RowExecution(this, compiled, first, bindings, printer);
    }

    private Compiled compiledFor(Representation representation) {
        return switch (representation) {
            case ResultFormat format -> compiledFor(format);
            case Handled by -> handled.computeIfAbsent(by, _ -> compiler.apply(new Whole(by, false)));
            case Explained how -> compiler.apply(new Whole(how.of(), true)).explained(how);
        };
    }

    /** Two threads may compile the same at once; either result will do. */
    private Compiled compiledFor(ResultFormat format) {
        return switch (format) {
            case JSON, JSON_OBJECT -> json;
            case JSON_STRIPPED, JSON_OBJECT_STRIPPED -> {
                Compiled known = stripped;
                if (known == null) {
                    stripped = known = compiler.apply(Compiled.Output.STRIPPED);
                }
                yield known;
            }
            case CSV -> {
                Compiled known = csv;
                if (known == null) {
                    csv = known = compiler.apply(Compiled.Output.CSV);
                }
                yield known;
            }
        };
    }

    /** Lets the next buffer start at a fitting size; a little race between threads does no harm. */
    void remember(int bytes) {
        if (bytes > sizeHint) {
            sizeHint = Math.min(LARGEST_HINT, bytes + bytes / 8);
        }
    }

    boolean counts() {
        return traits.counts();
    }

    Optional<String> preRequest() {
        return traits.preRequest();
    }

    boolean reportsSettings() {
        return traits.reportsSettings();
    }
}
