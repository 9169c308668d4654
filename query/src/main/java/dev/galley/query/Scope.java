package dev.galley.query;

import dev.galley.schema.SchemaModel;

/** What is shared while one query is compiled: the schema, the limits, and the names given so far. */
final class Scope {
    private final SchemaModel schema;
    private final PlannerSettings settings;
    private final Parameters parameters = new Parameters();
    private int aliases;
    private int filterTerms;
    private int selectItems;

    Scope(SchemaModel schema, PlannerSettings settings) {
        this.schema = schema;
        this.settings = settings;
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
