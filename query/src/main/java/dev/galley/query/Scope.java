package dev.galley.query;

import dev.galley.schema.Identifiers;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.SchemaModel;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** What is shared while one query is compiled: the schema, the limits, and the names given so far. */
final class Scope {
    /** The form of the names that statements are written with. */
    private static final Pattern OURS = Pattern.compile("[a-z]\\d*");

    private final SchemaModel schema;
    private final PlannerSettings settings;
    private final Parameters parameters = new Parameters();
    private final boolean whole;
    private final boolean named;
    private final Set<QualifiedName> taken = new HashSet<>();
    private int aliases;
    private int filterTerms;
    private int selectItems;

    Scope(SchemaModel schema, PlannerSettings settings, Form form) {
        this.schema = schema;
        this.settings = settings;
        this.whole = form instanceof Whole;
        this.named = form instanceof Whole(Representation _, boolean explained) && explained;
    }

    SchemaModel schema() {
        return schema;
    }

    PlannerSettings settings() {
        return settings;
    }

    Parameters parameters() {
        return parameters;
    }

    /** A new alias. Aliases are always followed by a dot, so they cannot be mistaken for a user's column. */
    String alias() {
        return "g" + ++aliases;
    }

    /** Whether PostgreSQL makes the answer whole. */
    boolean whole() {
        return whole;
    }

    /** An alias for the rows of this relation or function: its own name where a plan is to be read. */
    String alias(QualifiedName rows) {
        return named && !OURS.matcher(rows.name()).matches() && taken.add(rows)
                ? Identifiers.quote(rows.name())
                : alias();
    }

    void countFilterTerm() {
        if (++filterTerms > settings.maxFilterTerms()) {
            throw new QueryException(new QueryError.TooComplex("filter terms", settings.maxFilterTerms()));
        }
    }

    void countSelectItems(int items) {
        selectItems += items;
        if (selectItems > settings.maxSelectItems()) {
            throw new QueryException(new QueryError.TooComplex("selected items", settings.maxSelectItems()));
        }
    }

    void checkDepth(int depth) {
        if (depth > settings.maxDepth()) {
            throw new QueryException(new QueryError.TooComplex("embedding depth", settings.maxDepth()));
        }
    }
}
