package dev.galley.query;

import dev.galley.schema.QualifiedName;

/** Changed rows: those that match get the payload's one object. */
public record Update(QualifiedName relation, Payload payload, boolean defaults, Filter filter, Returning returning)
        implements Query {}
