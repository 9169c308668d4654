package dev.galley.query;

import dev.galley.schema.SchemaModel;

/** Turns queries into plans and remembers them by shape. Safe for use by many threads. */
public interface Planner {

    /**
     * @throws QueryException when the query does not fit the schema
     */
    Plan plan(Query query, SchemaModel schema);
}
