package dev.galley.query;

import dev.galley.schema.SchemaModel;

/** Turns queries into plans and remembers them by shape. Safe for use by many threads. */
public interface Planner {

    /**
     * @throws QueryException when the query does not fit the schema
     */
    Plan plan(Query query, SchemaModel schema);

    /** A question to the database about the caller itself and what it may see of a schema. */
    Inspection inspect(String schema, Inspection.Extent extent);
}
